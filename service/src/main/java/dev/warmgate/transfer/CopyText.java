package dev.warmgate.transfer;

import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Writes values in PostgreSQL's text format of COPY. */
final class CopyText {
  private CopyText() {}

  /** Appends a column that is not the first. */
  static void column(StringBuilder row, @Nullable Object value) {
    row.append('\t');
    switch (value) {
      case null -> row.append("\\N");
      case byte[] bytes -> row.append("\\\\x").append(HexFormat.of().formatHex(bytes));
      case String text -> escape(row, text);
      default -> row.append(value);
    }
  }

  private static void escape(StringBuilder row, String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\\' -> row.append("\\\\");
        case '\t' -> row.append("\\t");
        case '\n' -> row.append("\\n");
        case '\r' -> row.append("\\r");
        default -> row.append(c);
      }
    }
  }
}
