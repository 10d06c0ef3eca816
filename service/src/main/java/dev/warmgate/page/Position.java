package dev.warmgate.page;

import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a page ended of a list that begins with the newest. It travels in a URL, which is written
 * down in traces, so it is made of nothing personal.
 */
public record Position(Instant createdAt, UUID id) {
  /** Before the newest. */
  public static final Position START =
      new Position(Instant.parse("9999-12-31T23:59:59Z"), new UUID(-1, -1));

  private static final Pattern FORM =
      Pattern.compile("([0-9]{1,18})\\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})");

  /**
   * The position that the parameter {@code after} names; the start if there is none.
   *
   * @throws ApiException 422 if it is not what {@link #toString} makes
   */
  public static Position parse(@Nullable String text) {
    if (text == null) {
      return START;
    }
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw ApiException.field(
          ProblemType.VALIDATION_FAILED, "after", "must be the next of an earlier page");
    }
    return new Position(
        Instant.EPOCH.plus(Long.parseLong(form.group(1)), ChronoUnit.MICROS),
        UUID.fromString(form.group(2)));
  }

  @Override
  public String toString() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, createdAt) + "." + id;
  }
}
