package dev.warmgate.mail;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The kinds of mail. Each has its own templates, whose files are named after {@link #toString}. */
public enum MailKind {
  /** Asks the owner of a new account to confirm its address. */
  CONFIRM(Content.LINK_AND_CODE),
  /** Lets its owner set a new password. */
  RESET(Content.LINK_AND_CODE),
  /** Asks for a confirmation at the new address. */
  CHANGE_ADDRESS_NEW(Content.LINK_AND_CODE),
  /** Asks for a confirmation at the current address. */
  CHANGE_ADDRESS_CURRENT(Content.LINK_AND_CODE),
  INVITE(Content.LINK),
  SIGN_IN(Content.LINK_AND_CODE),
  /** Lets somebody who is signed in prove again that they are the owner. */
  REAUTHENTICATE(Content.CODE),
  PASSWORD_CHANGED(Content.NOTICE),
  /** Tells the old address; its link undoes the change. */
  ADDRESS_CHANGED(Content.LINK),
  /** Tells the address that lost the account. */
  ADDRESS_CHANGE_UNDONE(Content.NOTICE),
  NEW_DEVICE(Content.NOTICE),
  SESSIONS_ENDED(Content.NOTICE),
  ACCOUNT_DELETED(Content.NOTICE),
  /** A second factor. */
  FACTOR_ADDED(Content.NOTICE),
  FACTOR_REMOVED(Content.NOTICE),
  /** None is left; a kind of its own, so that the mail of the one before does not hold it up. */
  LAST_FACTOR_REMOVED(Content.NOTICE),
  /** An admin has removed all factors. */
  FACTORS_RESET(Content.NOTICE),
  /** Too many wrong second factors were tried, after a right first step. */
  FACTOR_BLOCKED(Content.NOTICE),
  RECOVERY_CODES_MADE(Content.NOTICE),
  RECOVERY_CODE_USED(Content.NOTICE),
  /** Somebody tried to register with the address of an account. */
  ALREADY_REGISTERED(Content.NOTICE),
  /** What {@code warmgate mail test} sends. */
  TEST(Content.NOTICE);

  /** What a mail contains besides its text. */
  private enum Content {
    NOTICE,
    LINK,
    CODE,
    LINK_AND_CODE
  }

  private final Content content;

  MailKind(Content content) {
    this.content = content;
  }

  static Optional<MailKind> find(String text) {
    return Arrays.stream(values()).filter(kind -> kind.toString().equals(text)).findFirst();
  }

  boolean hasLink() {
    return content == Content.LINK || content == Content.LINK_AND_CODE;
  }

  boolean hasCode() {
    return content == Content.CODE || content == Content.LINK_AND_CODE;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
