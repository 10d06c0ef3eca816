package dev.warmgate.proof;

import dev.warmgate.mail.MailKind;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/** What a proof is for, and how long its link is good. */
public enum ProofKind {
  CONFIRM(MailKind.CONFIRM, Duration.ofHours(24)),
  RESET(MailKind.RESET, Duration.ofMinutes(30)),
  SIGN_IN(MailKind.SIGN_IN, Duration.ofMinutes(30)),
  REAUTHENTICATE(MailKind.REAUTHENTICATE, Duration.ofMinutes(10)),
  INVITE(MailKind.INVITE, Duration.ofDays(7), false),
  CHANGE_ADDRESS_NEW(MailKind.CHANGE_ADDRESS_NEW, Duration.ofHours(24)),
  CHANGE_ADDRESS_CURRENT(MailKind.CHANGE_ADDRESS_CURRENT, Duration.ofHours(24)),
  /** Undoes a change of address. */
  ADDRESS_CHANGED(MailKind.ADDRESS_CHANGED, Duration.ofDays(7), false);

  /** How long a code is good; links are good for longer (OWASP ASVS 5.0, 6.5.5). */
  static final Duration CODE_LIFETIME = Duration.ofMinutes(10);

  private final MailKind mail;
  private final Duration lifetime;
  private final boolean hasCode;

  ProofKind(MailKind mail, Duration lifetime) {
    this(mail, lifetime, true);
  }

  ProofKind(MailKind mail, Duration lifetime, boolean hasCode) {
    this.mail = mail;
    this.lifetime = lifetime;
    this.hasCode = hasCode;
  }

  /** Returns the kind of a {@link Proof#kind}. */
  public static Optional<ProofKind> find(String name) {
    return Arrays.stream(values()).filter(kind -> kind.toString().equals(name)).findFirst();
  }

  Duration lifetime() {
    return lifetime;
  }

  /** Returns how long its code is good: not at all, if its mail has none. */
  Duration codeLifetime() {
    return hasCode ? CODE_LIFETIME : Duration.ZERO;
  }

  /** Returns the name of its mail, of the page of its link, and in the database. */
  @Override
  public String toString() {
    return mail.toString();
  }
}
