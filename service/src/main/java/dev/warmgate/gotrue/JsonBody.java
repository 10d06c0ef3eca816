package dev.warmgate.gotrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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

  /** Returns a text; empty if it is missing, null or blank. */
  Optional<String> text(String name) {
    JsonNode value = json.get(name);
    if (value == null || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isTextual()) {
      throw GoTrueException.invalid(name + " must be a string");
    }
    return Optional.of(value.textValue()).filter(text -> !text.isBlank());
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

  Optional<Password> password(String name) {
    return text(name)
        .map(text -> {
          try {
            return new Password(text);
          } catch (IllegalArgumentException refused) {
            throw ApiException.field(ProblemType.VALIDATION_FAILED, name, refused.getMessage());
          }
        });
  }

  boolean flag(String name, boolean otherwise) {
    return has(name) ? json.get(name).asBoolean(otherwise) : otherwise;
  }

  /** Returns metadata; empty if there is none. */
  Optional<Metadata> metadata(String name) {
    return has(name) ? Optional.of(Metadata.of(name, json.get(name))) : Optional.empty();
  }

  @Override
  public String toString() {
    return "JsonBody[…]";
  }

  /** Reads such bodies. */
  static final class Reader implements MessageBodyReader<JsonBody> {
    private static final ObjectMapper JSON =
        new ObjectMapper(
            JsonFactory.builder()
                .streamReadConstraints(
                    StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .maxNameLength(MAX_NAME_LENGTH)
                        .build())
                .build());

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
