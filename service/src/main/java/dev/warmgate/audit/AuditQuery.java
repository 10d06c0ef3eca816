package dev.warmgate.audit;

import dev.warmgate.page.Before;
import dev.warmgate.page.PageLimit;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What an admin wants to see of the trail. */
public record AuditQuery(
    long before,
    int limit,
    @Nullable UUID accountId,
    @Nullable String event,
    Instant since,
    Instant until) {
  private static final Instant FOREVER = Instant.parse("9999-12-31T00:00:00Z");

  /**
   * From the parameters of a request, each of which may be missing.
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
        or(Instant.EPOCH, parsed("since", since, "must be a time as in RFC 3339", Instant::parse)),
        or(FOREVER, parsed("until", until, "must be a time as in RFC 3339", Instant::parse)));
  }

  private static String event(String text) {
    return AuditEvent.of(text).orElseThrow(IllegalArgumentException::new).toString();
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
      return parser.apply(text);
    } catch (IllegalArgumentException | java.time.DateTimeException wrong) {
      throw ApiException.field(ProblemType.VALIDATION_FAILED, name, rule);
    }
  }
}
