package dev.warmgate.transfer.source;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAccessor;
import org.jspecify.annotations.Nullable;

/** Reads the times of exports: ISO 8601, PostgreSQL's form, and milliseconds since 1970. */
final class SourceTime {
  private static final DateTimeFormatter FORM =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .optionalStart()
          .appendPattern("['T'][' ']HH:mm[:ss]")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .optionalStart()
          .appendPattern("[XXX][X]")
          .optionalEnd()
          .optionalEnd()
          .toFormatter();

  /** PostgreSQL's times go no further back. */
  private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");

  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");

  private SourceTime() {}

  /**
   * Returns the time with PostgreSQL's precision; without a zone it is UTC.
   *
   * @throws UnreadableRecord if it is no time, or beyond four-digit years
   */
  static @Nullable Instant parse(@Nullable String text) {
    if (text == null || text.isBlank()) {
      return null;
    }
    Instant time = text.matches("\\d{1,15}") ? ofMillis(text) : ofText(text.strip());
    if (time.isBefore(FIRST) || time.isAfter(LAST)) {
      throw new UnreadableRecord("has a time that is out of range");
    }
    return time.truncatedTo(ChronoUnit.MICROS);
  }

  private static Instant ofMillis(String digits) {
    return Instant.ofEpochMilli(Long.parseLong(digits));
  }

  private static Instant ofText(String text) {
    try {
      TemporalAccessor parsed =
          FORM.parseBest(text, OffsetDateTime::from, LocalDateTime::from, LocalDate::from);
      return switch (parsed) {
        case OffsetDateTime time -> time.toInstant();
        case LocalDateTime time -> time.toInstant(ZoneOffset.UTC);
        case LocalDate day -> day.atStartOfDay(ZoneOffset.UTC).toInstant();
        default -> throw new IllegalStateException();
      };
    } catch (DateTimeParseException malformed) {
      throw new UnreadableRecord("has a time that cannot be read", malformed);
    }
  }
}
