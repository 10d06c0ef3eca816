package dev.warmgate.webhook;

import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads how long a receiver asks to be left alone (RFC 9110 section 10.2.3). What cannot be read is
 * ignored, and no receiver can ask for more than a day.
 */
final class RetryAfter {
  private static final Pattern SECONDS = Pattern.compile("[0-9]+");
  private static final BigInteger MOST_SECONDS =
      BigInteger.valueOf(WebhookService.LONGEST_PAUSE.toSeconds());

  /** A year of two digits is the one that is at most 50 years ahead. */
  private static final int YEARS_BACK = 49;

  private static final DateTimeFormatter ASCTIME =
      DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss uuuu", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private RetryAfter() {}

  /** Returns zero if the text asks for no time, or is neither seconds nor a date. */
  static Duration parse(@Nullable String text, Instant now) {
    String asked = text == null ? "" : text.strip();
    if (SECONDS.matcher(asked).matches()) {
      return Duration.ofSeconds(new BigInteger(asked).min(MOST_SECONDS).longValue());
    }
    return date(asked, now)
        .map(date -> Duration.between(now, date))
        .filter(Duration::isPositive)
        .map(pause ->
            pause.compareTo(WebhookService.LONGEST_PAUSE) > 0
                ? WebhookService.LONGEST_PAUSE
                : pause)
        .orElse(Duration.ZERO);
  }

  /** Reads a date in any of the three forms that a recipient must accept (section 5.6.7). */
  private static Optional<Instant> date(String text, Instant now) {
    for (DateTimeFormatter form :
        List.of(DateTimeFormatter.RFC_1123_DATE_TIME, rfc850(now), ASCTIME)) {
      try {
        return Optional.of(form.parse(text, Instant::from));
      } catch (DateTimeException another) {
        // The next form may fit.
      }
    }
    return Optional.empty();
  }

  private static DateTimeFormatter rfc850(Instant now) {
    return new DateTimeFormatterBuilder()
        .appendPattern("EEEE, dd-MMM-")
        .appendValueReduced(
            ChronoField.YEAR, 2, 2, LocalDate.ofInstant(now, ZoneOffset.UTC).minusYears(YEARS_BACK))
        .appendPattern(" HH:mm:ss 'GMT'")
        .toFormatter(Locale.ENGLISH)
        .withZone(ZoneOffset.UTC);
  }
}
