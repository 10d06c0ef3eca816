package dev.warmgate.webhook;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The audit events that are sent to webhooks; the table {@code webhook_kind} has the same, and
 * those of later releases.
 */
public enum WebhookEvent {
  USER_REGISTERED("user.registered"),
  USER_UPDATED("user.updated"),
  USER_DELETED("user.deleted"),
  EMAIL_CONFIRMED("email.confirmed"),
  SESSION_STARTED("session.started"),
  SESSION_ENDED("session.ended"),
  SESSIONS_ENDED("sessions.ended"),
  REFRESH_SUSPECTED("refresh.suspected"),
  REFRESH_REUSED("refresh.reused"),
  LOGIN_BLOCKED("login.blocked"),
  FACTOR_ADDED("factor.added"),
  FACTOR_REMOVED("factor.removed"),
  FACTOR_BLOCKED("factor.blocked"),
  FACTORS_RESET("factors.reset"),
  RECOVERY_CODE_USED("recovery_code.used"),
  KEY_ROTATED("key.rotated");

  private final String text;

  WebhookEvent(String text) {
    this.text = text;
  }

  /**
   * @throws IllegalArgumentException with a message for the client
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static WebhookEvent parse(String text) {
    return all().stream()
        .filter(event -> event.text.equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("must be one of " + names(all())));
  }

  static List<WebhookEvent> all() {
    return List.of(values());
  }

  /** Joins names with spaces, as the database expects them. */
  static String names(List<WebhookEvent> events) {
    return events.stream().map(WebhookEvent::toString).collect(Collectors.joining(" "));
  }

  /** Leaves out what a later release has named, beside which this one may still run. */
  static List<WebhookEvent> ofNames(String names) {
    List<String> wanted = List.of(names.split(" ", -1));
    return all().stream().filter(event -> wanted.contains(event.text)).toList();
  }

  @JsonValue
  @Override
  public String toString() {
    return text;
  }
}
