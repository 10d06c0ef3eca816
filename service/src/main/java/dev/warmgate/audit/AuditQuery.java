package dev.warmgate.audit;

import dev.warmgate.page.Before;
import dev.warmgate.page.PageLimit;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** An admin's query of the audit trail. */
public record AuditQuery(
    long before,
    int limit,
    @Nullable UUID accountId,
    @Nullable String event,
    Instant since,
    Instant until) {
  /** More characters than the longest valid value has, a time with nanoseconds. */
  private static final int MAX_LENGTH = 40;

  private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
  static final Instant FOREVER = Instant.parse("9999-12-31T23:59:59.999999Z");

  /**
   * Parses the parameters of a request, which are all optional.
   *
   * @throws ApiException 422 that names the parameter
   */
  static AuditQuery parse(
      @Nullable String before,
      @Nullable String limit,
      @Nullable String account,
      @Nullable String event,
      @Nullable String since,
      @Nullable String until) {
    return new AuditQuery(
        Before.parse(before),
        PageLimit.parse(limit),
        parsed("account", account, "must be the id of an account", UUID::fromString),
        parsed("event", event, "must be the name of an event", AuditQuery::event),
        or(
            Instant.EPOCH,
            parsed("since", since, "must be a time as in RFC 3339", AuditQuery::time)),
        or(FOREVER, parsed("until", until, "must be a time as in RFC 3339", AuditQuery::time)));
  }

  /** Whether the page starts at the newest event. */
  boolean isFirst() {
    return before == Before.NEWEST;
  }

  private static String event(String text) {
    return AuditEvent.of(text).orElseThrow(IllegalArgumentException::new).toString();
  }

  /** Accepts years of four digits only, as RFC 3339 does; PostgreSQL can store all of them. */
  private static Instant time(String text) {
    Instant time = Instant.parse(text);
    if (time.isBefore(FIRST) || time.isAfter(FOREVER)) {
      throw new IllegalArgumentException(text);
    }
    return time;
  }

  private static <T> T or(T otherwise, @Nullable T given) {
    return given == null ? otherwise : given;
  }

  private static <T> @Nullable T parsed(
      String name, @Nullable String text, String rule, Function<String, T> parser) {
    if (text == null) {
      return null;
    }
    try {
      if (text.length() > MAX_LENGTH) {
        throw new IllegalArgumentException("too long");
      }
      return parser.apply(text);
    } catch (IllegalArgumentException | java.time.DateTimeException wrong) {
      throw ApiException.field(ProblemType.VALIDATION_FAILED, name, rule);
    }
  }
}
