package dev.warmgate;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.warmgate.account.EmailAddress;
import dev.warmgate.password.Password;
import dev.warmgate.problem.Problem;
import dev.warmgate.request.Authenticated;
import dev.warmgate.request.FastLane;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.converter.ModelConverterContext;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.core.jackson.ModelResolver;
import io.swagger.v3.core.util.Json;
import io.swagger.v3.jaxrs2.Reader;
import io.swagger.v3.jaxrs2.ext.AbstractOpenAPIExtension;
import io.swagger.v3.jaxrs2.ext.OpenAPIExtension;
import io.swagger.v3.jaxrs2.ext.OpenAPIExtensions;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import java.io.IOException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Generates the contract from the resource classes: paths, types, access rules and lanes. */
final class OpenApiGenerator {
  private static final String BEARER = "bearer";
  private static final String PROBLEM = "problem";

  private OpenApiGenerator() {}

  static String generate(Set<Class<?>> resources) throws IOException {
    ObjectMapper snakeCase =
        new ObjectMapper().setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE);
    ModelConverters.getInstance().addConverter(new ModelResolver(snakeCase));
    ModelConverters.getInstance().addConverter(new ValueTypes());
    List<OpenAPIExtension> extensions = new ArrayList<>(OpenAPIExtensions.getExtensions());
    extensions.addFirst(new AccessAndLane());
    OpenAPIExtensions.setExtensions(extensions);

    OpenAPI contract =
        new OpenAPI()
            .info(new Info().title("Warmgate").version("1").description("An auth service."))
            .components(
                new Components()
                    .addSecuritySchemes(
                        BEARER,
                        new SecurityScheme()
                            .type(SecurityScheme.Type.HTTP)
                            .scheme("bearer")
                            .bearerFormat("JWT"))
                    .addResponses(PROBLEM, problem()));
    contract = new Reader(contract).read(resources);
    ModelConverters.getInstance()
        .readAll(Problem.class)
        .forEach(contract.getComponents()::addSchemas);
    return Json.mapper()
            .copy()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .writeValueAsString(contract)
        + "\n";
  }

  private static ApiResponse problem() {
    Schema<?> schema = new Schema<>().$ref("#/components/schemas/Problem");
    return new ApiResponse()
        .description("An error, RFC 9457")
        .content(new Content().addMediaType(Problem.MEDIA_TYPE, new MediaType().schema(schema)));
  }

  /** Values that are strings in JSON. */
  private static final class ValueTypes implements ModelConverter {
    private static final Map<Class<?>, String> FORMATS =
        Map.of(Password.class, "password", EmailAddress.class, "email");

    @Override
    public Schema<?> resolve(
        AnnotatedType type, ModelConverterContext context, Iterator<ModelConverter> chain) {
      JavaType java = Json.mapper().constructType(type.getType());
      String format = java == null ? null : FORMATS.get(java.getRawClass());
      if (format != null) {
        return new StringSchema().format(format);
      }
      return chain.hasNext() ? chain.next().resolve(type, context, chain) : null;
    }
  }

  private static final class AccessAndLane extends AbstractOpenAPIExtension {
    @Override
    public void decorateOperation(
        Operation operation, Method method, Iterator<OpenAPIExtension> chain) {
      Class<?> type = method.getDeclaringClass();
      Authenticated authenticated =
          method.isAnnotationPresent(Authenticated.class)
              ? method.getAnnotation(Authenticated.class)
              : type.getAnnotation(Authenticated.class);
      if (authenticated != null) {
        operation.addSecurityItem(new SecurityRequirement().addList(BEARER));
      }
      if (authenticated != null && !authenticated.maxAge().isEmpty()) {
        operation.addExtension("x-warmgate-max-age", authenticated.maxAge());
      }
      if (authenticated != null && authenticated.roles().length > 0) {
        operation.addExtension("x-warmgate-roles", authenticated.roles());
      }
      boolean fast =
          method.isAnnotationPresent(FastLane.class) || type.isAnnotationPresent(FastLane.class);
      operation.addExtension("x-warmgate-lane", fast ? "fast" : "full");
      if (method.getReturnType() == void.class) {
        operation.getResponses().remove("default");
        operation.getResponses().addApiResponse("204", new ApiResponse().description("done"));
      } else if (operation.getResponses().containsKey("default")) {
        ApiResponse answer = operation.getResponses().remove("default");
        operation.getResponses().addApiResponse("200", answer.description("the answer"));
      }
      operation
          .getResponses()
          .addApiResponse("default", new ApiResponse().$ref("#/components/responses/" + PROBLEM));
    }
  }
}
