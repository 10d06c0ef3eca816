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
 * The end of a page in a list that is sorted by age, newest first. It is part of URLs, which appear
 * in traces, so it contains no personal data.
 */
public record Position(Instant createdAt, UUID id) {
  /** The start of the list, before its newest entry. */
  public static final Position START =
      new Position(Instant.parse("9999-12-31T23:59:59Z"), new UUID(-1, -1));

  /** The form of {@link #toString}. */
  public static final String PATTERN =
      "^([0-9]{1,18})\\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$";

  private static final Pattern FORM = Pattern.compile(PATTERN);

  /**
   * Parses the parameter {@code after}; without it the list starts at its newest entry.
   *
   * @throws ApiException 422 if it is not in the format of {@link #toString}
   */
  public static Position parse(@Nullable String text) {
    if (text == null) {
      return START;
    }
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw ApiException.field(
          ProblemType.VALIDATION_FAILED,
          "after",
          "must be the value of \"next\" from an earlier page");
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
