package dev.warmgate.transfer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.Map;

/**
 * Checks that PostgreSQL will store JSON, and that an import can read what an export writes of it.
 * A row that PostgreSQL itself refuses would be in its log, with everything that the row contains.
 */
final class StoredJson {
  private static final int MOST_BYTES = 16 * 1024;
  private static final int MOST_DEPTH = 500;
  private static final int CONTROL_BYTES = "\\u0000".length();

  private final String name;

  private StoredJson(String name) {
    this.name = name;
  }

  /**
   * Returns the JSON text.
   *
   * @param name with its article, for the reason
   */
  static String text(String name, ObjectNode given) throws Intake.Refused {
    if (new StoredJson(name).bytes(given, 1) > MOST_BYTES) {
      throw new Intake.Refused("has " + name + " of more than 16 KiB");
    }
    return given.toString();
  }

  /** Returns how many bytes the text of a jsonb takes, which has spaces and no exponents. */
  private long bytes(JsonNode node, int depth) throws Intake.Refused {
    if (depth > MOST_DEPTH) {
      throw refused("is nested too deeply");
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
              ? digits(node.decimalValue())
              : node.isTextual() ? bytes(node.textValue()) : node.asText().length();
    };
  }

  /** The brackets, and a comma and a space between two elements. */
  private static long around(int elements) {
    return 2 + 2L * Math.max(0, elements - 1);
  }

  private static long digits(BigDecimal number) {
    // Without a fraction, zero is one digit whatever its exponent.
    long scale = number.signum() == 0 ? Math.max(0, number.scale()) : number.scale();
    long digits =
        scale <= 0 ? number.precision() - scale : Math.max(number.precision(), scale + 1) + 1;
    return digits + (number.signum() < 0 ? 1 : 0);
  }

  private long bytes(String text) throws Intake.Refused {
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

  private void requireUnicode(String text) throws Intake.Refused {
    if (!isUnicode(text)) {
      throw refused("is no valid Unicode");
    }
    if (text.indexOf('\0') >= 0) {
      throw refused("contains a NUL, which PostgreSQL does not store");
    }
  }

  /** Whether UTF-8 can encode the text: no half of a surrogate pair stands alone. */
  static boolean isUnicode(String text) {
    return text.codePoints()
        .noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }

  private Intake.Refused refused(String what) {
    return new Intake.Refused("has " + name + " that " + what);
  }
}
