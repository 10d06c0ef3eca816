package dev.warmgate.account;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.Map;

/**
 * Checks that PostgreSQL will store JSON, and that an import can read what an export writes of it.
 * A row that PostgreSQL itself refuses would be in its log, with everything that the row contains.
 */
public final class StoredJson {
  /** The JSON cannot be stored; the message says why, as in "of more than 16 KiB". */
  public static final class Unstorable extends Exception {
    private static final long serialVersionUID = 1L;

    Unstorable(String why) {
      super(why);
    }
  }

  /** As the schema has it. */
  static final int MOST_BYTES = 16 * 1024;

  private static final int MOST_DEPTH = 500;
  private static final int CONTROL_BYTES = "\\u0000".length();

  private StoredJson() {}

  /** Returns the JSON text. */
  public static String text(ObjectNode given) throws Unstorable {
    if (bytes(given, 1) > MOST_BYTES) {
      throw new Unstorable("of more than 16 KiB");
    }
    return given.toString();
  }

  /** Returns how many bytes the text of a jsonb takes, which has spaces and no exponents. */
  private static long bytes(JsonNode node, int depth) throws Unstorable {
    if (depth > MOST_DEPTH) {
      throw new Unstorable("that is nested too deeply");
    }
    return switch (node) {
      case ObjectNode object -> {
        long bytes = around(object.size());
        for (Map.Entry<String, JsonNode> field : object.properties()) {
          bytes += bytes(field.getKey()) + 2 + bytes(field.getValue(), depth + 1);
        }
        yield bytes;
      }
      case ArrayNode array -> {
        long bytes = around(array.size());
        for (JsonNode element : array) {
          bytes += bytes(element, depth + 1);
        }
        yield bytes;
      }
      default ->
          node.isNumber()
              ? digits(node)
              : node.isTextual() ? bytes(node.textValue()) : node.asText().length();
    };
  }

  /** The brackets, and a comma and a space between two elements. */
  private static long around(int elements) {
    return 2 + 2L * Math.max(0, elements - 1);
  }

  private static long digits(JsonNode node) throws Unstorable {
    if (node.isDouble() && !Double.isFinite(node.doubleValue())) {
      throw new Unstorable("that has a number which is too large");
    }
    return digits(node.decimalValue());
  }

  private static long digits(BigDecimal number) {
    // Without a fraction, zero is one digit whatever its exponent.
    long scale = number.signum() == 0 ? Math.max(0, number.scale()) : number.scale();
    long digits =
        scale <= 0 ? number.precision() - scale : Math.max(number.precision(), scale + 1) + 1;
    return digits + (number.signum() < 0 ? 1 : 0);
  }

  private static long bytes(String text) throws Unstorable {
    requireUnicode(text);
    return 2 + text.chars().mapToLong(c -> bytes((char) c)).sum();
  }

  private static int bytes(char c) {
    return switch (c) {
      case '"', '\\', '\b', '\f', '\n', '\r', '\t' -> 2;
      default -> {
        if (c < ' ') {
          yield CONTROL_BYTES;
        }
        // Half of a pair, which takes four.
        boolean isTwo = c < 0x800 || Character.isSurrogate(c);
        yield c < 0x80 ? 1 : isTwo ? 2 : 3;
      }
    };
  }

  private static void requireUnicode(String text) throws Unstorable {
    if (!isUnicode(text)) {
      throw new Unstorable("that is no valid Unicode");
    }
    if (text.indexOf('\0') >= 0) {
      throw new Unstorable("that contains a NUL, which PostgreSQL does not store");
    }
  }

  /** Whether UTF-8 can encode the text: no half of a surrogate pair stands alone. */
  public static boolean isUnicode(String text) {
    return text.codePoints()
        .noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }
}
