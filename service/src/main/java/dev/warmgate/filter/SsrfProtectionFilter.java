package dev.warmgate.filter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import io.opentelemetry.api.OpenTelemetry;
import jakarta.annotation.Priority;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Stream;

/**
 * Refuses a body whose {@link OutboundUrl} fields name something Warmgate must not call, by syntax
 * only: no name is looked up here. Heavy, since it reads the body: full lane only.
 */
@Priority(FilterOrder.SSRF_PROTECTION)
public final class SsrfProtectionFilter extends TracedRequestFilter {
  private static final PropertyNamingStrategies.SnakeCaseStrategy SNAKE_CASE =
      new PropertyNamingStrategies.SnakeCaseStrategy();

  private final ObjectMapper json;
  private final ConcurrentMap<Method, List<String>> fieldsByEndpoint = new ConcurrentHashMap<>();

  @Context private ResourceInfo endpoint;

  public SsrfProtectionFilter(ObjectMapper json, OpenTelemetry telemetry) {
    super("ssrf-protection", true, telemetry);
    this.json = json;
  }

  @Override
  protected void apply(ContainerRequestContext request) {
    List<String> fields =
        fieldsByEndpoint.computeIfAbsent(
            endpoint.getResourceMethod(), SsrfProtectionFilter::outboundFields);
    if (fields.isEmpty() || !request.hasEntity()) {
      return;
    }
    JsonNode body = peek(request);
    for (String field : fields) {
      JsonNode value = body.get(field);
      if (value != null && value.isTextual() && !OutboundUrlPolicy.allows(value.textValue())) {
        throw ApiException.field(
            ProblemType.OUTBOUND_URL_REFUSED, field, "must be an https URL of a public host");
      }
    }
  }

  /** Reads the body and puts it back for the endpoint. */
  private JsonNode peek(ContainerRequestContext request) {
    try {
      byte[] body = request.getEntityStream().readAllBytes();
      request.setEntityStream(new ByteArrayInputStream(body));
      return json.readTree(body);
    } catch (JsonProcessingException notJson) {
      throw new ApiException(ProblemType.MALFORMED_JSON);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  private static List<String> outboundFields(Method endpoint) {
    return Arrays.stream(endpoint.getParameterTypes())
        .flatMap(
            type -> type.isRecord() ? Arrays.stream(type.getRecordComponents()) : Stream.empty())
        .filter(component -> component.isAnnotationPresent(OutboundUrl.class))
        .map(RecordComponent::getName)
        .map(SNAKE_CASE::translate)
        .toList();
  }
}
