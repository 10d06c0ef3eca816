package dev.warmgate.webhook;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads how long a receiver asks to be left alone (RFC 9110 section 10.2.3). What cannot be read is
 * ignored, and no receiver can ask for more than a day.
 */
final class RetryAfter {
  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}");

  private RetryAfter() {}

  /** Returns zero if the text asks for no time, or is neither seconds nor a date. */
  static Duration parse(@Nullable String text, Instant now) {
    if (text == null) {
      return Duration.ZERO;
    }
    Duration asked;
    try {
      asked =
          SECONDS.matcher(text.strip()).matches()
              ? Duration.ofSeconds(Long.parseLong(text.strip()))
              : Duration.between(
                  now, DateTimeFormatter.RFC_1123_DATE_TIME.parse(text.strip(), Instant::from));
    } catch (DateTimeException neither) {
      return Duration.ZERO;
    }
    if (asked.isNegative()) {
      return Duration.ZERO;
    }
    return asked.compareTo(WebhookService.LONGEST_PAUSE) > 0 ? WebhookService.LONGEST_PAUSE : asked;
  }
}
