package dev.warmgate.transfer.source;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the objects of a JSON stream one by one: those of an array, those that follow one another,
 * or those of one array in a large object. Keeps numbers as they are written.
 */
final class JsonRecords {
  /** More than other services accept, so that a single odd record does not stop a file. */
  private static final int MOST_DEPTH = 11_000;

  /** More than PostgreSQL stores. */
  private static final int MOST_DIGITS = 200_000;

  static final ObjectMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MOST_DEPTH)
                          .maxNumberLength(MOST_DIGITS)
                          .build())
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private static final Set<String> TRUE = Set.of("true", "t", "1", "yes", "y", "on");
  private static final Set<String> FALSE = Set.of("false", "f", "0", "no", "n", "off");

  /** Takes one object. */
  interface Handler {
    void record(SourceAccount.Place place, ObjectNode record);
  }

  /** Turns an object into an account. */
  interface Mapper {
    /**
     * Fills in the account.
     *
     * @return the kind under which it is skipped; {@code null} if it is not
     * @throws UnreadableRecord with the reason if the object cannot be read
     */
    @Nullable Skipped map(ObjectNode record, SourceAccount account);
  }

  private JsonRecords() {}

  /** Reads accounts as {@link #read} reads objects. */
  static void readAccounts(SourceFile file, @Nullable String array, AccountSink sink, Mapper mapper)
      throws IOException, MalformedSource {
    read(file, array, (place, record) -> hand(place, record, sink, mapper));
  }

  /** Hands one object over as an account, or says why it is not. */
  static void hand(SourceAccount.Place place, ObjectNode record, AccountSink sink, Mapper mapper) {
    SourceAccount account = new SourceAccount(place);
    Skipped kind;
    try {
      kind = mapper.map(record, account);
    } catch (UnreadableRecord unreadable) {
      sink.refused(place, unreadable.getMessage());
      return;
    }
    if (kind == null) {
      sink.account(account);
    } else {
      sink.skipped(kind);
    }
  }

  /**
   * @param array the name of the array in an object that surrounds it, or in each of an array of
   *     such objects; {@code null} if each object is a record
   * @throws MalformedSource with the place from which on this is no such JSON
   */
  static void read(SourceFile file, @Nullable String array, Handler handler)
      throws IOException, MalformedSource {
    try (InputStream in = file.open();
        JsonParser parser = JSON.createParser(in)) {
      try {
        while (parser.nextToken() != null) {
          if (array == null) {
            readValue(file, parser, handler);
          } else {
            readArrays(file, parser, array, handler);
          }
        }
      } catch (JsonProcessingException
          | CharConversionException
          | SourceFile.TooLargeRecord malformed) {
        throw MalformedSource.at(
            new SourceAccount.Place(file.name(), parser.currentLocation().getLineNr()),
            "JSON",
            malformed);
      }
    }
  }

  private static void readArrays(SourceFile file, JsonParser parser, String array, Handler handler)
      throws IOException, MalformedSource {
    if (parser.currentToken() == JsonToken.START_ARRAY) {
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        requireObject(file, parser);
        readArrayOfObject(file, parser, array, handler);
      }
    } else {
      requireObject(file, parser);
      readArrayOfObject(file, parser, array, handler);
    }
  }

  private static void readArrayOfObject(
      SourceFile file, JsonParser parser, String array, Handler handler)
      throws IOException, MalformedSource {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      boolean wanted = parser.currentName().equals(array);
      if (parser.nextToken() == JsonToken.START_ARRAY && wanted) {
        readValue(file, parser, handler);
      } else {
        parser.skipChildren();
      }
    }
  }

  /** Reads a record, or an array of them. */
  private static void readValue(SourceFile file, JsonParser parser, Handler handler)
      throws IOException, MalformedSource {
    if (parser.currentToken() == JsonToken.START_ARRAY) {
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        readRecord(file, parser, handler);
      }
    } else {
      readRecord(file, parser, handler);
    }
  }

  private static void readRecord(SourceFile file, JsonParser parser, Handler handler)
      throws IOException, MalformedSource {
    SourceAccount.Place place = requireObject(file, parser);
    file.beginRecord();
    ObjectNode record = parser.readValueAsTree();
    file.endRecord();
    handler.record(place, record);
  }

  private static SourceAccount.Place requireObject(SourceFile file, JsonParser parser)
      throws IOException, MalformedSource {
    SourceAccount.Place place =
        new SourceAccount.Place(file.name(), parser.currentTokenLocation().getLineNr());
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw new MalformedSource(place + ": expected a JSON object, so the rest was not read");
    }
    return place;
  }

  /** Returns the JSON object in a text; nothing if it contains something else. */
  static Optional<ObjectNode> object(@Nullable String text) {
    if (text == null) {
      return Optional.empty();
    }
    try {
      return JSON.readTree(text) instanceof ObjectNode object
          ? Optional.of(object)
          : Optional.empty();
    } catch (JsonProcessingException malformed) {
      return Optional.empty();
    }
  }

  /** Returns the JSON array in a text; nothing if it contains something else. */
  static Optional<ArrayNode> array(String text) {
    try {
      return JSON.readTree(text) instanceof ArrayNode array ? Optional.of(array) : Optional.empty();
    } catch (JsonProcessingException malformed) {
      return Optional.empty();
    }
  }

  /** Returns a text that is not empty; {@code null} if the field has none. */
  static @Nullable String text(JsonNode record, String field) {
    JsonNode value = record.path(field);
    return value.isValueNode() && !value.isNull() && !value.asText().isEmpty()
        ? value.asText()
        : null;
  }

  /**
   * Returns whether a field says so; false if it is missing or empty.
   *
   * @throws UnreadableRecord if it says neither: an account that is disabled must not come enabled
   */
  static boolean isTrue(JsonNode record, String field) {
    String text = text(record, field);
    String value = text == null ? "" : text.strip().toLowerCase(Locale.ROOT);
    if (TRUE.contains(value)) {
      return true;
    }
    if (record.path(field).isContainerNode() || !(value.isEmpty() || FALSE.contains(value))) {
      throw new UnreadableRecord("has a " + field + " that is neither true nor false");
    }
    return false;
  }

  /**
   * @throws UnreadableRecord if the field has a text that is no time
   */
  static @Nullable Instant time(JsonNode record, String field) {
    return SourceTime.parse(text(record, field));
  }

  /**
   * Returns the object in a field, which may be written as a text.
   *
   * @throws UnreadableRecord if it has something else
   */
  static ObjectNode metadata(JsonNode record, String field) {
    JsonNode value = record.path(field);
    if (value instanceof ObjectNode object) {
      return object;
    }
    String text = text(record, field);
    if (text == null && (value.isMissingNode() || value.isNull() || value.isTextual())) {
      return JSON.createObjectNode();
    }
    return object(text)
        .orElseThrow(() -> new UnreadableRecord("has a " + field + " that is no object"));
  }

  /** Copies a field that is there, under another name. */
  static void copy(JsonNode record, String field, ObjectNode target, String name) {
    JsonNode value = record.path(field);
    boolean isEmpty =
        value.isMissingNode()
            || value.isNull()
            || (value.isContainerNode() && value.isEmpty())
            || (value.isTextual() && value.asText().isEmpty());
    if (!isEmpty) {
      target.set(name, value);
    }
  }
}
