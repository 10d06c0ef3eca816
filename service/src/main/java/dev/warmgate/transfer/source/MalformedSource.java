package dev.warmgate.transfer.source;

import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.CharConversionException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Says where and why a source cannot be read any further. */
public final class MalformedSource extends Exception {
  private static final long serialVersionUID = 1L;

  public MalformedSource(String why) {
    super(why);
  }

  /**
   * Explains why a file cannot be parsed. The message of the cause is left out, since it contains a
   * part of the text.
   *
   * @param format that it should have
   */
  static MalformedSource at(SourceAccount.Place place, String format, IOException cause) {
    String what =
        isNotUtf8(cause)
            ? "the text at or after this line is not UTF-8"
            : isTooLarge(cause)
                ? "this is too long or nested too deeply"
                : "this is no well-formed " + format;
    return new MalformedSource(place + ": " + what + ", so the rest was not read");
  }

  /** Jackson wraps what a stream throws. */
  private static boolean isTooLarge(@Nullable Throwable cause) {
    return cause instanceof SourceFile.TooLargeRecord
        || cause instanceof StreamConstraintsException
        || (cause != null && isTooLarge(cause.getCause()));
  }

  private static boolean isNotUtf8(@Nullable Throwable cause) {
    return cause != null
        && (cause instanceof CharConversionException
            || String.valueOf(cause.getMessage()).startsWith("Invalid UTF-8")
            || isNotUtf8(cause.getCause()));
  }
}
