package dev.warmgate.audit;

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
  private static final int MAX_LIMIT = 200;
  private static final int DEFAULT_LIMIT = 50;
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
        or(Long.MAX_VALUE, parsed("before", before, "must be the id of an event", Long::valueOf)),
        or(DEFAULT_LIMIT, parsed("limit", limit, "must be from 1 to 200", AuditQuery::limit)),
        parsed("account", account, "must be the id of an account", UUID::fromString),
        parsed("event", event, "must be the name of an event", AuditQuery::event),
        or(Instant.EPOCH, parsed("since", since, "must be a time as in RFC 3339", Instant::parse)),
        or(FOREVER, parsed("until", until, "must be a time as in RFC 3339", Instant::parse)));
  }

  private static int limit(String text) {
    int limit = Integer.parseInt(text);
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new IllegalArgumentException(text);
    }
    return limit;
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
