package dev.warmgate.audit;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Optional;

/** Everything that can stand in the trail; the statements of the DAOs spell the same names. */
public enum AuditEvent {
  USER_REGISTERED("user.registered"),
  /** The address has an account already, which the answer gives away. */
  REGISTER_REFUSED("register.refused"),
  SESSION_STARTED("session.started"),
  SESSION_ENDED("session.ended"),
  /** All sessions of an account, or all but one. */
  SESSIONS_ENDED("sessions.ended"),
  REFRESH_GRACED("refresh.graced"),
  /** As graced, but from another network and another user agent than the rotation. */
  REFRESH_SUSPECTED("refresh.suspected"),
  REFRESH_REUSED("refresh.reused"),
  LOGIN_FAILED("login.failed"),
  LOGIN_BLOCKED("login.blocked"),
  PASSWORD_CHANGED("password.changed"),
  /** Somebody with a good access token did not know the password. */
  PASSWORD_REFUSED("password.refused"),
  ACCOUNT_DELETED("account.deleted"),
  ACCOUNT_DISABLED("account.disabled"),
  ACCOUNT_ENABLED("account.enabled"),
  ACCOUNT_UNLOCKED("account.unlocked"),
  ADMIN_CREATED("admin.created"),
  ADMIN_REMOVED("admin.removed"),
  TOKEN_REVOKED("token.revoked"),
  KEY_CREATED("key.created"),
  KEY_ROTATED("key.rotated"),
  KEY_RETIRED("key.retired"),
  SERVICE_KEY_CREATED("service_key.created"),
  SERVICE_KEY_REVOKED("service_key.revoked"),
  /** Whoever it is may not do that. */
  ACCESS_DENIED("access.denied"),
  LOAD_TEST_USED("load_test.used"),
  WEBHOOK_CREATED("webhook.created"),
  WEBHOOK_DELETED("webhook.deleted");

  private final String text;

  AuditEvent(String text) {
    this.text = text;
  }

  /** The event of that name. */
  public static Optional<AuditEvent> of(String text) {
    return Arrays.stream(values()).filter(event -> event.text.equals(text)).findFirst();
  }

  @JsonValue
  @Override
  public String toString() {
    return text;
  }
}
