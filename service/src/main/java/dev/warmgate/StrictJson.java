package dev.warmgate;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.type.LogicalType;

/** Configures how Warmgate reads and writes JSON: in snake case, and strictly. */
final class StrictJson {
  private static final int MAX_DEPTH = 8;
  private static final int MAX_TOKENS = 200;
  private static final int MAX_NAME_LENGTH = 64;
  private static final int MAX_DIGITS = 20;

  /**
   * More than any request needs, and low enough to reject a hostile body of 64 KiB early. The
   * length of a text is limited by its field.
   */
  private static final StreamReadConstraints BOUNDS =
      StreamReadConstraints.builder()
          .maxNestingDepth(MAX_DEPTH)
          .maxTokenCount(MAX_TOKENS)
          .maxNameLength(MAX_NAME_LENGTH)
          .maxNumberLength(MAX_DIGITS)
          .build();

  private StrictJson() {}

  /** Makes the mapper refuse everything that is not exactly a valid request. */
  static ObjectMapper configure(ObjectMapper json) {
    json.getFactory().setStreamReadConstraints(BOUNDS);
    json.setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE);
    json.enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    json.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    json.enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
    json.disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);
    json.coercionConfigFor(LogicalType.Textual)
        .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
        .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
        .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
    return json;
  }
}
