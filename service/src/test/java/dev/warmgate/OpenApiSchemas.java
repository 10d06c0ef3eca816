package dev.warmgate;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmgate.account.EmailAddress;
import dev.warmgate.password.Password;
import dev.warmgate.registration.Language;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The schemas of the contract, read from the records that requests are read into and answers are
 * written from. Fails for a type that it cannot describe, and for two types of one name.
 */
final class OpenApiSchemas {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final PropertyNamingStrategies.SnakeCaseStrategy SNAKE_CASE =
      new PropertyNamingStrategies.SnakeCaseStrategy();

  /** The types that are no records of their own in JSON: type and format. */
  private static final Map<Class<?>, List<String>> VALUES =
      Map.ofEntries(
          Map.entry(String.class, List.of("string")),
          Map.entry(UUID.class, List.of("string", "uuid")),
          Map.entry(Instant.class, List.of("string", "date-time")),
          Map.entry(EmailAddress.class, List.of("string", "email")),
          Map.entry(Language.class, List.of("string")),
          Map.entry(Password.class, List.of("string", "password")),
          Map.entry(ObjectNode.class, List.of("object")),
          Map.entry(boolean.class, List.of("boolean")),
          Map.entry(double.class, List.of("number", "double")),
          Map.entry(int.class, List.of("integer", "int32")),
          Map.entry(Integer.class, List.of("integer", "int32")),
          Map.entry(long.class, List.of("integer", "int64")),
          Map.entry(Long.class, List.of("integer", "int64")));

  private final Map<String, Class<?>> types = new TreeMap<>();
  private final Map<String, ObjectNode> schemas = new TreeMap<>();

  /** Who reads the JSON decides what may be left out, be {@code null}, or be unknown. */
  enum Use {
    JSON_REQUEST,
    FORM_REQUEST,
    ANSWER
  }

  /** Returns all schemas that were asked for, and those that they refer to. */
  ObjectNode all() {
    ObjectNode all = JSON.objectNode();
    schemas.forEach(all::set);
    return all;
  }

  ObjectNode of(Type type, Use use) {
    if (type instanceof ParameterizedType generic) {
      Type[] parts = generic.getActualTypeArguments();
      Class<?> raw = (Class<?>) generic.getRawType();
      if (Collection.class.isAssignableFrom(raw)) {
        ObjectNode list = JSON.objectNode().put("type", "array");
        list.set("items", of(parts[0], use));
        return Set.class.isAssignableFrom(raw) ? list.put("uniqueItems", true) : list;
      }
      if (Map.class.isAssignableFrom(raw)) {
        ObjectNode map = JSON.objectNode().put("type", "object");
        map.set("additionalProperties", of(parts[1], use));
        return map;
      }
    }
    Class<?> plain = (Class<?>) type;
    List<String> value = VALUES.get(plain);
    if (value != null) {
      ObjectNode schema = JSON.objectNode().put("type", value.getFirst());
      return value.size() > 1 ? schema.put("format", value.get(1)) : schema;
    }
    if (plain.isEnum()) {
      ObjectNode schema = JSON.objectNode().put("type", "string");
      for (Object constant : plain.getEnumConstants()) {
        schema.withArray("enum").add(constant.toString());
      }
      return schema;
    }
    if (plain == Object.class) {
      return JSON.objectNode();
    }
    return JSON.objectNode().put("$ref", "#/components/schemas/" + named(plain, use));
  }

  private String named(Class<?> type, Use use) {
    // One that Jackson writes as a single value belongs to the values.
    boolean isValue =
        Stream.of(type.getDeclaredMethods())
            .anyMatch(method -> method.isAnnotationPresent(JsonValue.class));
    if (!type.isRecord() || isValue) {
      throw new IllegalStateException(type + " is not described");
    }
    String name = name(type);
    Class<?> known = types.put(name, type);
    if (known == null) {
      schemas.put(name, record(type, use));
    } else if (known != type) {
      throw new IllegalStateException(known + " and " + type + " have one name");
    }
    return name;
  }

  /** Many resources have a Page or an Entry, so the name of the resource goes before theirs. */
  private static String name(Class<?> type) {
    String own = type.getSimpleName();
    if (!type.isMemberClass()) {
      return own;
    }
    String outer = type.getEnclosingClass().getSimpleName().replaceAll("Resource$", "");
    if (own.startsWith(outer)) {
      return own;
    }
    return outer.endsWith(own) ? outer : outer + own;
  }

  private ObjectNode record(Class<?> type, Use use) {
    ObjectNode schema = JSON.objectNode().put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    addProperties(type, use, properties, name -> schema.withArray("required").add(name));
    // Unknown members of a form are ignored (RFC 6749 section 3.2), and answers may get more.
    return use == Use.JSON_REQUEST ? schema.put("additionalProperties", false) : schema;
  }

  private void addProperties(
      Class<?> type, Use use, ObjectNode properties, Consumer<String> required) {
    for (RecordComponent component : type.getRecordComponents()) {
      if (component.getAccessor().isAnnotationPresent(JsonIgnore.class)) {
        continue;
      }
      if (component.getAccessor().isAnnotationPresent(JsonUnwrapped.class)) {
        addProperties(component.getType(), use, properties, required);
        continue;
      }
      JsonProperty renamed = component.getAccessor().getAnnotation(JsonProperty.class);
      String name = renamed == null ? SNAKE_CASE.translate(component.getName()) : renamed.value();
      boolean mayBeNull = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
      boolean omitted = isOmittedIfEmpty(component) && use == Use.ANSWER;
      boolean isNull = mayBeNull && !omitted && use != Use.FORM_REQUEST;
      properties.set(name, property(component, isNull, use));
      boolean needed =
          use == Use.JSON_REQUEST
              ? component.getAccessor().isAnnotationPresent(NotNull.class)
              : use == Use.ANSWER ? !omitted || !canBeEmpty(component, mayBeNull) : !mayBeNull;
      if (needed) {
        required.accept(name);
      }
      if (needed && use == Use.FORM_REQUEST) {
        // A parameter without a value counts as omitted (RFC 6749 section 3.2).
        properties.withObjectProperty(name).put("minLength", 1);
      }
    }
  }

  private static boolean isOmittedIfEmpty(RecordComponent component) {
    return component.getAccessor().isAnnotationPresent(JsonInclude.class)
        || component.getDeclaringRecord().isAnnotationPresent(JsonInclude.class);
  }

  private static boolean canBeEmpty(RecordComponent component, boolean mayBeNull) {
    JsonInclude include = component.getDeclaringRecord().getAnnotation(JsonInclude.class);
    boolean empty = include != null && include.value() == JsonInclude.Include.NON_EMPTY;
    return mayBeNull || (empty && Collection.class.isAssignableFrom(component.getType()));
  }

  private ObjectNode property(RecordComponent component, boolean mayBeNull, Use use) {
    ObjectNode schema =
        component.getAccessor().isAnnotationPresent(JsonRawValue.class)
            ? JSON.objectNode().put("type", "object")
            : of(component.getGenericType(), use);
    limits(component.getAccessor(), schema);
    if (!mayBeNull) {
      return schema;
    }
    if (schema.has("$ref")) {
      ObjectNode either = JSON.objectNode();
      either.putArray("anyOf").add(schema).addObject().put("type", "null");
      return either;
    }
    String type = schema.path("type").asText();
    schema.putArray("type").add(type).add("null");
    return schema;
  }

  /** Adds the limits of an element. Patterns in Java are not patterns in ECMAScript, so none is. */
  static void limits(AnnotatedElement element, ObjectNode schema) {
    Size size = element.getAnnotation(Size.class);
    if (size != null) {
      schema.put("minItems", size.min()).put("maxItems", size.max());
    }
    Min min = element.getAnnotation(Min.class);
    if (min != null) {
      schema.put("minimum", min.value());
    }
    Max max = element.getAnnotation(Max.class);
    if (max != null) {
      schema.put("maximum", max.value());
    }
    if (element.isAnnotationPresent(NotBlank.class)) {
      schema.put("minLength", 1);
    }
    Schema stated = element.getAnnotation(Schema.class);
    if (stated == null) {
      return;
    }
    if (stated.implementation().isEnum()) {
      for (Object constant : stated.implementation().getEnumConstants()) {
        schema.withArray("enum").add(constant.toString());
      }
    }
    put(schema, "type", stated.type());
    put(schema, "format", stated.format());
    put(schema, "pattern", stated.pattern());
    if (stated.minLength() > 0) {
      schema.put("minLength", stated.minLength());
    }
    if (stated.maxLength() < Integer.MAX_VALUE) {
      schema.put("maxLength", stated.maxLength());
    }
    if (!stated.minimum().isEmpty()) {
      schema.put("minimum", Long.parseLong(stated.minimum()));
    }
    if (!stated.maximum().isEmpty()) {
      schema.put("maximum", Long.parseLong(stated.maximum()));
    }
    for (String allowed : stated.allowableValues()) {
      schema.withArray("enum").add(allowed);
    }
  }

  private static void put(ObjectNode schema, String keyword, String value) {
    if (!value.isEmpty()) {
      schema.put(keyword, value);
    }
  }
}
