package dev.warmgate.filter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.warmgate.outbound.OutboundRefused;
import dev.warmgate.outbound.OutboundUrlPolicy;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.request.Endpoint;
import dev.warmgate.request.OutboundUrl;
import io.opentelemetry.api.OpenTelemetry;
import jakarta.annotation.Priority;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;

/**
 * Refuses a body whose {@link OutboundUrl} fields name a URL that Warmgate must not call. Checks
 * the syntax only and looks up no names. Heavy, since it reads the body: full lane only.
 */
@Priority(FilterOrder.SSRF_PROTECTION)
public final class SsrfProtectionFilter extends TracedRequestFilter {
  private final ObjectMapper json;
  private final OutboundUrlPolicy policy;

  public SsrfProtectionFilter(
      ObjectMapper json, OutboundUrlPolicy policy, OpenTelemetry telemetry) {
    super("ssrf-protection", true, telemetry);
    this.json = json;
    this.policy = policy;
  }

  @Override
  protected void apply(ContainerRequestContext request) {
    List<String> fields = Endpoint.of(request).outboundFields();
    if (fields.isEmpty() || !request.hasEntity()) {
      return;
    }
    JsonNode body = peek(request);
    for (String field : fields) {
      JsonNode value = body.get(field);
      if (value != null && value.isTextual()) {
        check(field, value.textValue());
      }
    }
  }

  private void check(String field, String url) {
    try {
      URI _ = policy.check(url);
    } catch (OutboundRefused refused) {
      throw ApiException.field(
          ProblemType.OUTBOUND_URL_REFUSED, field, refused.refusal().message());
    }
  }

  /** Reads the body and puts it back for the endpoint. */
  private JsonNode peek(ContainerRequestContext request) {
    BodyEncoding.check(request.getMediaType(), request.getHeaders());
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
}
