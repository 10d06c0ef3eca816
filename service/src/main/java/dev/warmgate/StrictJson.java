package dev.warmgate;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.AnnotationIntrospector;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.AnnotatedConstructor;
import com.fasterxml.jackson.databind.introspect.NopAnnotationIntrospector;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import com.fasterxml.jackson.module.paramnames.ParameterNamesModule;
import io.dropwizard.jackson.AnnotationSensitivePropertyNamingStrategy;
import io.dropwizard.jackson.FuzzyEnumModule;
import io.dropwizard.jackson.GuavaExtrasModule;
import io.dropwizard.jackson.Jackson;
import java.lang.reflect.Executable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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

  /**
   * Creates Dropwizard's mapper, but without the module that generates a class for each property at
   * the start.
   */
  static ObjectMapper mapper() {
    ObjectMapper json = Jackson.newMinimalObjectMapper();
    json.registerModules(
        new GuavaExtrasModule(),
        new FuzzyEnumModule(),
        new ParameterNamesModule(),
        new Jdk8Module(),
        new JavaTimeModule());
    return json.setPropertyNamingStrategy(new AnnotationSensitivePropertyNamingStrategy());
  }

  /** Makes the mapper refuse everything that is not exactly a valid request. */
  static ObjectMapper configure(ObjectMapper json) {
    json.getFactory().setStreamReadConstraints(BOUNDS);
    readUtf8Only(json.getFactory());
    json.setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE);
    json.enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    json.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    json.enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
    json.disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);
    // Without these, 1.5 would be taken for the integer 1, and "7" for 7.
    refuse(
        json,
        LogicalType.Textual,
        CoercionInputShape.Integer,
        CoercionInputShape.Float,
        CoercionInputShape.Boolean);
    refuse(json, LogicalType.Integer, CoercionInputShape.Float, CoercionInputShape.Boolean);
    refuse(json, LogicalType.Float, CoercionInputShape.Boolean);
    refuse(json, LogicalType.Boolean, CoercionInputShape.Integer, CoercionInputShape.Float);
    return json;
  }

  /**
   * Makes the mapper read a type that has a delegating creator by that creator alone. Otherwise
   * Jackson would also take an object for a record, by its canonical constructor: {@code {}} would
   * be an e-mail address without text.
   */
  static ObjectMapper readValuesByTheirCreator(ObjectMapper json) {
    AnnotationIntrospector known = json.getDeserializationConfig().getAnnotationIntrospector();
    return json.setAnnotationIntrospectors(
        json.getSerializationConfig().getAnnotationIntrospector(),
        AnnotationIntrospector.pair(new ValueTypes(), known));
  }

  private static final class ValueTypes extends NopAnnotationIntrospector {
    private static final long serialVersionUID = 1L;

    @Override
    public JsonCreator.@Nullable Mode findCreatorAnnotation(
        MapperConfig<?> config, Annotated creator) {
      return creator instanceof AnnotatedConstructor constructor
              && !constructor.hasAnnotation(JsonCreator.class)
              && hasDelegatingCreator(constructor.getDeclaringClass())
          ? JsonCreator.Mode.DISABLED
          : null;
    }

    private static boolean hasDelegatingCreator(Class<?> type) {
      return Stream.<Executable[]>of(type.getDeclaredConstructors(), type.getDeclaredMethods())
          .flatMap(Stream::of)
          .map(executable -> executable.getAnnotation(JsonCreator.class))
          .anyMatch(mark -> mark != null && mark.mode() == JsonCreator.Mode.DELEGATING);
    }
  }

  /**
   * Otherwise Jackson would also read UTF-16 and UTF-32, which RFC 8259 section 8.1 rules out. Only
   * the builder of a factory has a newer method for this, and the factory is Dropwizard's.
   */
  @SuppressWarnings("deprecation")
  private static void readUtf8Only(JsonFactory factory) {
    factory.disable(JsonFactory.Feature.CHARSET_DETECTION);
  }

  /** Makes the mapper refuse JSON values of these shapes for a type, rather than convert them. */
  private static void refuse(ObjectMapper json, LogicalType type, CoercionInputShape... shapes) {
    for (CoercionInputShape shape : shapes) {
      json.coercionConfigFor(type).setCoercion(shape, CoercionAction.Fail);
    }
    if (type != LogicalType.Textual) {
      json.coercionConfigFor(type)
          .setCoercion(CoercionInputShape.String, CoercionAction.Fail)
          .setCoercion(CoercionInputShape.EmptyString, CoercionAction.Fail);
    }
  }
}
