package dev.warmgate.account;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;

/**
 * What belongs to the user of an account, or what only the operator may change of it: a JSON
 * object.
 */
public record Metadata(String json) {
  private static final ObjectMapper JSON = new ObjectMapper();

  public static final Metadata NONE = new Metadata("{}");

  /**
   * @param field its name in the JSON of the request
   * @throws ApiException 422 if it is no object, too large, or has a character that PostgreSQL does
   *     not store
   */
  public static Metadata of(String field, JsonNode given) {
    if (!(given instanceof ObjectNode object)) {
      throw refusal(field, "must be an object");
    }
    try {
      return new Metadata(StoredJson.text(object));
    } catch (StoredJson.Unstorable why) {
      throw refusal(field, "must not be an object " + why.getMessage());
    }
  }

  /** Returns it to be read. */
  public ObjectNode object() {
    try {
      return (ObjectNode) JSON.readTree(json);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Returns the refusal of metadata that would become too large. */
  public static ApiException tooLarge(String field) {
    return refusal(field, "must have at most 16 KiB");
  }

  private static ApiException refusal(String field, String message) {
    return ApiException.field(ProblemType.VALIDATION_FAILED, field, message);
  }

  @Override
  public String toString() {
    return "Metadata[…]";
  }
}
