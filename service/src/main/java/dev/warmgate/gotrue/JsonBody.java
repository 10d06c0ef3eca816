package dev.warmgate.gotrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmgate.account.EmailAddress;
import dev.warmgate.account.Metadata;
import dev.warmgate.password.Password;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.MessageBodyReader;
import java.io.IOException;
import java.io.InputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request, read leniently: clients send members that are not used here and nulls for
 * what they do not have. {@link #toString} hides it.
 */
record JsonBody(ObjectNode json) {
  private static final JsonBody EMPTY = new JsonBody(JsonNodeFactory.instance.objectNode());

  /** Enough for the metadata of an account; the size of a body is limited before. */
  private static final int MAX_DEPTH = 32;

  private static final int MAX_NAME_LENGTH = 1_000;

  /** Returns what the request has; a request without a body has an empty object. */
  static JsonBody of(@Nullable JsonBody read) {
    return read == null ? EMPTY : read;
  }

  boolean has(String name) {
    return json.hasNonNull(name);
  }

  /** Returns a text; empty if it is missing, null or empty. */
  Optional<String> text(String name) {
    return value(name, "a string", JsonNode::isTextual)
        .map(JsonNode::textValue)
        .filter(text -> !text.isEmpty());
  }

  private Optional<JsonNode> value(String name, String type, Predicate<JsonNode> isOfType) {
    Optional<JsonNode> value = Optional.ofNullable(json.get(name)).filter(given -> !given.isNull());
    if (value.isPresent() && !isOfType.test(value.get())) {
      throw new GoTrueException(
          400,
          "bad_json",
          "Could not parse request body as JSON: %s must be %s".formatted(name, type));
    }
    return value;
  }

  /**
   * Refuses members that would be ignored although they have a value: an operator's service must
   * not take them for done.
   */
  void requireOnly(Set<String> known) {
    json.properties().stream()
        .filter(member -> !known.contains(member.getKey()) && !member.getValue().isNull())
        .findFirst()
        .ifPresent(member -> {
          throw GoTrueException.invalid(member.getKey() + " is not supported here");
        });
  }

  String required(String name) {
    return text(name).orElseThrow(() -> GoTrueException.invalid(name + " is required"));
  }

  Optional<EmailAddress> email() {
    return text("email").map(JsonBody::email);
  }

  static EmailAddress email(String text) {
    try {
      return EmailAddress.parse(text);
    } catch (IllegalArgumentException malformed) {
      throw ApiException.field(ProblemType.VALIDATION_FAILED, "email", malformed.getMessage());
    }
  }

  EmailAddress requiredEmail() {
    if (has("phone") && !has("email")) {
      throw Disabled.PHONE.refusal();
    }
    return email()
        .orElseThrow(
            () -> ApiException.field(ProblemType.VALIDATION_FAILED, "email", "is missing"));
  }

  /** Returns a password; empty if it is missing, null or empty. */
  Optional<Password> password(String name) {
    return text(name).map(text -> password(name, text));
  }

  /** As {@link #password(String)}, of a new one: an empty one is too short, and not none. */
  Optional<Password> replacement(String name) {
    return value(name, "a string", JsonNode::isTextual)
        .map(value -> password(name, value.textValue()));
  }

  private static Password password(String name, String text) {
    try {
      return new Password(text);
    } catch (IllegalArgumentException refused) {
      throw ApiException.field(ProblemType.VALIDATION_FAILED, name, refused.getMessage());
    }
  }

  boolean flag(String name, boolean otherwise) {
    return value(name, "a boolean", JsonNode::isBoolean)
        .map(JsonNode::booleanValue)
        .orElse(otherwise);
  }

  /** Returns metadata; empty if there is none. */
  Optional<Metadata> metadata(String name) {
    return value(name, "an object", JsonNode::isObject).map(value -> Metadata.of(name, value));
  }

  @Override
  public String toString() {
    return "JsonBody[…]";
  }

  /** Reads such bodies. */
  static final class Reader implements MessageBodyReader<JsonBody> {
    private static final ObjectMapper JSON =
        JsonMapper.builder(
                JsonFactory.builder()
                    .streamReadConstraints(
                        StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxNameLength(MAX_NAME_LENGTH)
                            .build())
                    .build())
            // Metadata keeps its numbers as they are written, as an import does.
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    @Override
    public boolean isReadable(
        Class<?> type, Type genericType, Annotation[] annotations, MediaType mediaType) {
      return type == JsonBody.class;
    }

    @Override
    public JsonBody readFrom(
        Class<JsonBody> type,
        Type genericType,
        Annotation[] annotations,
        MediaType mediaType,
        MultivaluedMap<String, String> headers,
        InputStream body)
        throws IOException {
      byte[] bytes = body.readAllBytes();
      if (bytes.length == 0) {
        return EMPTY;
      }
      JsonNode read = JSON.readTree(bytes);
      if (!(read instanceof ObjectNode object)) {
        throw new ApiException(ProblemType.MALFORMED_JSON);
      }
      return new JsonBody(object);
    }
  }
}
