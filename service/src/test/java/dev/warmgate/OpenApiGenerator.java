package dev.warmgate;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmgate.OpenApiSchemas.Use;
import dev.warmgate.problem.OAuthErrors;
import dev.warmgate.problem.Problem;
import dev.warmgate.request.Authenticated;
import dev.warmgate.request.FastLane;
import io.swagger.v3.oas.annotations.Hidden;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Generates the contract from the resource classes: paths, types, access rules and lanes. */
final class OpenApiGenerator {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final String ACCESS_TOKEN = "access_token";
  private static final String SERVICE_KEY = "service_key";
  private static final String SERVICE_KEY_BASIC = "service_key_basic";
  private static final String PROBLEM = "problem";
  private static final String OAUTH_ERROR = "oauth_error";

  private final OpenApiSchemas schemas = new OpenApiSchemas();

  private OpenApiGenerator() {}

  static String generate(Set<Class<?>> resources) throws IOException {
    return new ObjectMapper()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .writeValueAsString(new OpenApiGenerator().contract(resources))
        + "\n";
  }

  private ObjectNode contract(Set<Class<?>> resources) throws IOException {
    TreeMap<String, TreeMap<String, ObjectNode>> paths = new TreeMap<>();
    for (Class<?> resource : resources) {
      if (resource.isAnnotationPresent(Hidden.class)) {
        // Pages for people.
        continue;
      }
      for (Method method : resource.getDeclaredMethods()) {
        httpMethod(method)
            .ifPresent(name -> {
              ObjectNode replaced =
                  paths
                      .computeIfAbsent(path(resource, method), _ -> new TreeMap<>())
                      .put(name, operation(resource, method));
              if (replaced != null) {
                throw new IllegalStateException("twice: " + method);
              }
            });
      }
    }
    paths.put(
        OpenApiCommon.HEALTH_CHECK, new TreeMap<>(Map.of("get", OpenApiCommon.healthCheck())));
    ObjectNode contract = JSON.objectNode().put("openapi", "3.1.0");
    ObjectNode info = contract.putObject("info").put("title", "Warmgate").put("version", "1");
    info.put("description", "An auth service.");
    info.putObject("license").put("name", "Apache-2.0").put("identifier", "Apache-2.0");
    // Relative to where the contract is read.
    contract.putArray("servers").addObject().put("url", "/");
    ObjectNode described = contract.putObject("paths");
    paths.forEach(
        (path, operations) -> operations.forEach(described.withObjectProperty(path)::set));
    ObjectNode components = contract.putObject("components");
    ObjectNode responses = components.putObject("responses");
    responses.set(
        PROBLEM,
        OpenApiCommon.withHeadersOfErrors(
            response("An error (RFC 9457)", Problem.MEDIA_TYPE, Problem.class)));
    responses.set(
        OAUTH_ERROR,
        OpenApiCommon.withHeadersOfErrors(
            response("An error (RFC 6749, RFC 9457)", MediaType.APPLICATION_JSON, oauthProblem())));
    components.set("headers", OpenApiCommon.headers());
    components.set(
        "schemas", schemas.all().<ObjectNode>set("HealthState", OpenApiCommon.healthState()));
    ObjectNode schemes = components.putObject("securitySchemes");
    schemes
        .putObject(ACCESS_TOKEN)
        .put("type", "http")
        .put("scheme", "bearer")
        .put("bearerFormat", "JWT");
    schemes.putObject(SERVICE_KEY).put("type", "http").put("scheme", "bearer");
    schemes
        .putObject(SERVICE_KEY_BASIC)
        .put("type", "http")
        .put("scheme", "basic")
        .put("description", "The key's id as the user, the key as the password");
    schemes.set("load_test_key", OpenApiCommon.loadTestKey());
    return contract;
  }

  /** Only its package builds one. */
  private static Class<?> oauthProblem() {
    try {
      return Class.forName("dev.warmgate.problem.OAuthProblem");
    } catch (ClassNotFoundException renamed) {
      throw new IllegalStateException(renamed);
    }
  }

  private static Optional<String> httpMethod(Method method) {
    return Stream.of(method.getAnnotations())
        .map(mark -> mark.annotationType().getAnnotation(HttpMethod.class))
        .filter(found -> found != null)
        .map(found -> found.value().toLowerCase(Locale.ROOT))
        .findFirst();
  }

  private static String path(Class<?> resource, Method method) {
    String base = resource.getAnnotation(Path.class).value();
    Path more = method.getAnnotation(Path.class);
    return more == null ? base : base + "/" + more.value();
  }

  private ObjectNode operation(Class<?> resource, Method method) {
    String group = resource.getSimpleName().replaceAll("Resource$", "");
    ObjectNode operation = JSON.objectNode();
    operation.putArray("tags").add(group);
    operation.put("summary", method.getAnnotation(Operation.class).summary());
    operation.put(
        "operationId",
        group.substring(0, 1).toLowerCase(Locale.ROOT)
            + group.substring(1)
            + method.getName().substring(0, 1).toUpperCase(Locale.ROOT)
            + method.getName().substring(1));
    for (Parameter parameter : method.getParameters()) {
      parameter(parameter).ifPresent(described -> operation.withArray("parameters").add(described));
    }
    requestBody(resource, method).ifPresent(body -> operation.set("requestBody", body));
    ObjectNode responses = operation.putObject("responses");
    success(method, responses);
    responses.forEach(success -> OpenApiCommon.addHeaders((ObjectNode) success));
    responses
        .putObject("default")
        .put(
            "$ref",
            "#/components/responses/"
                + (resource.isAnnotationPresent(OAuthErrors.class) ? OAUTH_ERROR : PROBLEM));
    access(find(Authenticated.class, method, resource), operation);
    operation.put(
        "x-warmgate-lane", find(FastLane.class, method, resource) == null ? "full" : "fast");
    return operation;
  }

  private static void access(@Nullable Authenticated rule, ObjectNode operation) {
    if (rule == null) {
      // Public: said, since it would be taken for forgotten.
      operation.putArray("security");
      return;
    }
    if (Arrays.asList(rule.roles()).contains(Authenticated.SERVICE)) {
      for (String scheme : List.of(SERVICE_KEY, SERVICE_KEY_BASIC)) {
        var scopes = operation.withArray("security").addObject().putArray(scheme);
        Stream.of(rule.scopes()).forEach(scopes::add);
      }
    }
    if (!List.of(rule.roles()).equals(List.of(Authenticated.SERVICE))) {
      operation.withArray("security").addObject().putArray(ACCESS_TOKEN);
    }
    if (rule.optional()) {
      operation.withArray("security").addObject();
    }
    OpenApiCommon.assurance(rule, operation);
    Stream.of(rule.roles()).forEach(operation.withArray("x-warmgate-roles")::add);
    if (rule.roles().length == 0) {
      operation.remove("x-warmgate-roles");
    }
  }

  private Optional<ObjectNode> parameter(Parameter parameter) {
    PathParam inPath = parameter.getAnnotation(PathParam.class);
    QueryParam inQuery = parameter.getAnnotation(QueryParam.class);
    HeaderParam inHeader = parameter.getAnnotation(HeaderParam.class);
    ObjectNode described = JSON.objectNode();
    if (inPath != null) {
      described.put("name", inPath.value()).put("in", "path").put("required", true);
    } else if (inQuery != null) {
      described.put("name", inQuery.value()).put("in", "query");
    } else if (inHeader != null && !inHeader.value().equals(HttpHeaders.AUTHORIZATION)) {
      described.put("name", inHeader.value()).put("in", "header");
    } else {
      return Optional.empty();
    }
    ObjectNode schema = schemas.of(parameter.getParameterizedType(), Use.FORM_REQUEST);
    OpenApiSchemas.limits(parameter, schema);
    DefaultValue preset = parameter.getAnnotation(DefaultValue.class);
    if (preset != null) {
      schema.put("default", preset.value());
    }
    described.set("schema", schema);
    return Optional.of(described);
  }

  private Optional<ObjectNode> requestBody(Class<?> resource, Method method) {
    Optional<Class<?>> stated =
        Stream.of(
                method.getAnnotation(Operation.class).requestBody(),
                method.getAnnotation(io.swagger.v3.oas.annotations.parameters.RequestBody.class))
            .filter(body -> body != null && body.content().length > 0)
            .<Class<?>>map(body -> body.content()[0].schema().implementation())
            .findFirst();
    Optional<Type> read =
        Stream.of(method.getParameters())
            .filter(parameter -> !isFromElsewhere(parameter))
            .map(Parameter::getParameterizedType)
            .findFirst();
    if (stated.isEmpty() && read.isEmpty()) {
      return Optional.empty();
    }
    Consumes consumed = find(Consumes.class, method, resource);
    String type =
        consumed == null || consumed.value()[0].equals(MediaType.WILDCARD)
            ? MediaType.APPLICATION_JSON
            : consumed.value()[0];
    Use use = type.equals(MediaType.APPLICATION_JSON) ? Use.JSON_REQUEST : Use.FORM_REQUEST;
    ObjectNode body = JSON.objectNode().put("required", read.isPresent());
    body.putObject("content")
        .putObject(type)
        .set("schema", schemas.of(stated.<Type>map(any -> any).or(() -> read).orElseThrow(), use));
    return Optional.of(body);
  }

  private static boolean isFromElsewhere(Parameter parameter) {
    return parameter.isAnnotationPresent(Context.class)
        || parameter.isAnnotationPresent(PathParam.class)
        || parameter.isAnnotationPresent(QueryParam.class)
        || parameter.isAnnotationPresent(HeaderParam.class);
  }

  private void success(Method method, ObjectNode responses) {
    if (method.getReturnType() == void.class) {
      responses.putObject("204").put("description", "Done");
      return;
    }
    ApiResponse[] stated = method.getAnnotationsByType(ApiResponse.class);
    if (stated.length == 0) {
      responses.set(
          "200", response("Success", MediaType.APPLICATION_JSON, method.getGenericReturnType()));
    }
    for (ApiResponse answer : stated) {
      responses.set(answer.responseCode(), described(answer));
    }
  }

  private ObjectNode described(ApiResponse stated) {
    if (stated.content().length == 0) {
      return JSON.objectNode().put("description", stated.description());
    }
    Class<?> type = stated.content()[0].schema().implementation();
    return type == Object.class
        ? response("Success", MediaType.APPLICATION_JSON, JSON.objectNode().put("type", "object"))
        : response("Success", MediaType.APPLICATION_JSON, type);
  }

  private ObjectNode response(String description, String mediaType, Type type) {
    return response(description, mediaType, schemas.of(type, Use.ANSWER));
  }

  private static ObjectNode response(String description, String mediaType, ObjectNode schema) {
    ObjectNode response = JSON.objectNode().put("description", description);
    response.putObject("content").putObject(mediaType).set("schema", schema);
    return response;
  }

  private static <A extends Annotation> @Nullable A find(
      Class<A> annotation, Method method, Class<?> resource) {
    return method.isAnnotationPresent(annotation)
        ? method.getAnnotation(annotation)
        : resource.getAnnotation(annotation);
  }
}
