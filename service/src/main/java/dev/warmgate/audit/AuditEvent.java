package dev.warmgate.audit;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Optional;

/** Every kind of event in the audit trail; the SQL of the DAOs uses the same names. */
public enum AuditEvent {
  USER_REGISTERED("user.registered"),
  /** The address already has an account, which the answer reveals. */
  REGISTER_REFUSED("register.refused"),
  SESSION_STARTED("session.started"),
  SESSION_ENDED("session.ended"),
  /** All sessions of an account, or all but one. */
  SESSIONS_ENDED("sessions.ended"),
  REFRESH_GRACED("refresh.graced"),
  /**
   * As {@link #REFRESH_GRACED}, but from a network and a user agent that both differ from those of
   * the rotation.
   */
  REFRESH_SUSPECTED("refresh.suspected"),
  REFRESH_REUSED("refresh.reused"),
  LOGIN_FAILED("login.failed"),
  LOGIN_BLOCKED("login.blocked"),
  PASSWORD_CHANGED("password.changed"),
  /** A caller with a valid access token gave a wrong password. */
  PASSWORD_REFUSED("password.refused"),
  USER_UPDATED("user.updated"),
  USER_DELETED("user.deleted"),
  CONFIRMATION_REQUESTED("confirmation.requested"),
  /** Somebody has proven to read the mails to the address. */
  EMAIL_CONFIRMED("email.confirmed"),
  INVITATION_REQUESTED("invitation.requested"),
  RECOVERY_REQUESTED("recovery.requested"),
  /** By mail; {@link #PASSWORD_CHANGED} needs the old password. */
  PASSWORD_RESET("password.reset"),
  EMAIL_LOGIN_REQUESTED("email_login.requested"),
  REAUTHENTICATION_REQUESTED("reauthentication.requested"),
  ADDRESS_CHANGE_REQUESTED("address_change.requested"),
  /** One of the two addresses has confirmed. */
  ADDRESS_CHANGE_CONFIRMED("address_change.confirmed"),
  /**
   * The address was taken, or the password replaced, meanwhile; or its mails were to be sent again,
   * and there are none or they were sent too recently.
   */
  ADDRESS_CHANGE_REFUSED("address_change.refused"),
  ADDRESS_CHANGED("address.changed"),
  ADDRESS_CHANGE_UNDONE("address_change.undone"),
  /** A wrong code. */
  CODE_REFUSED("code.refused"),
  /** Too many wrong codes. */
  CODE_BLOCKED("code.blocked"),
  /** What a browser sent as the answer of a passkey proves nothing. */
  PASSKEY_REFUSED("passkey.refused"),
  /** Its counter stood still or went back: somebody has a copy of it. */
  PASSKEY_CLONED("passkey.cloned"),
  ACCOUNT_DISABLED("account.disabled"),
  ACCOUNT_ENABLED("account.enabled"),
  ACCOUNT_UNLOCKED("account.unlocked"),
  ADMIN_CREATED("admin.created"),
  ADMIN_REMOVED("admin.removed"),
  /** A batch of them, from elsewhere. */
  ACCOUNTS_IMPORTED("accounts.imported"),
  ACCOUNTS_EXPORTED("accounts.exported"),
  /** The first step of a login was right, and a second factor is asked for. */
  FACTOR_REQUIRED("factor.required"),
  FACTOR_ADDED("factor.added"),
  FACTOR_REMOVED("factor.removed"),
  /** A wrong second factor, or one that was used before. */
  FACTOR_REFUSED("factor.refused"),
  /** Too many wrong second factors. */
  FACTOR_BLOCKED("factor.blocked"),
  /** All factors of an account, by an admin or the operator. */
  FACTORS_RESET("factors.reset"),
  RECOVERY_CODES_MADE("recovery_codes.made"),
  RECOVERY_CODE_USED("recovery_code.used"),
  /** The user of an open session has proven again who they are, with a second factor. */
  SESSION_RAISED("session.raised"),
  TOKEN_REVOKED("token.revoked"),
  KEY_CREATED("key.created"),
  KEY_ROTATED("key.rotated"),
  KEY_RETIRED("key.retired"),
  SERVICE_KEY_CREATED("service_key.created"),
  SERVICE_KEY_REVOKED("service_key.revoked"),
  /** The caller lacks the role or the scopes. */
  ACCESS_DENIED("access.denied"),
  /** A browser has sent it. */
  SERVICE_KEY_EXPOSED("service_key.exposed"),
  LOAD_TEST_USED("load_test.used"),
  WEBHOOK_CREATED("webhook.created"),
  WEBHOOK_CHANGED("webhook.changed"),
  WEBHOOK_SECRET_ROTATED("webhook.secret_rotated"),
  /** Its receiver answered 410. */
  WEBHOOK_ENDED("webhook.ended"),
  WEBHOOK_DELETED("webhook.deleted");

  private final String text;

  AuditEvent(String text) {
    this.text = text;
  }

  /** The event with that name. */
  public static Optional<AuditEvent> of(String text) {
    return Arrays.stream(values()).filter(event -> event.text.equals(text)).findFirst();
  }

  @JsonValue
  @Override
  public String toString() {
    return text;
  }
}
