package dev.warmgate.admin;

import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a page of the newest accounts ended. It travels in an address, which is written down in
 * traces, so it is made of nothing personal.
 */
record Position(Instant createdAt, UUID id) {
  /** Before the newest account. */
  static final Position START =
      new Position(Instant.parse("9999-12-31T23:59:59Z"), new UUID(-1, -1));

  private static final Pattern FORM =
      Pattern.compile("([0-9]{1,18})\\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})");

  /**
   * @throws ApiException 422 if it is not what {@link #toString} makes
   */
  static Position parse(String text) {
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
