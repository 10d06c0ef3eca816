package dev.warmgate.filter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.request.Public;
import dev.warmgate.telemetry.Latencies;
import dev.warmgate.traffic.FilterLedger;
import dev.warmgate.traffic.RecentRequests;
import dev.warmgate.traffic.TrailResponseFilter;
import dev.warmgate.warmup.WarmupMark;
import io.opentelemetry.api.OpenTelemetry;
import jakarta.annotation.Priority;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerResponseFilter;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.glassfish.jersey.internal.MapPropertiesDelegate;
import org.glassfish.jersey.server.ApplicationHandler;
import org.glassfish.jersey.server.ContainerRequest;
import org.glassfish.jersey.server.ContainerResponse;
import org.glassfish.jersey.server.ResourceConfig;
import org.junit.jupiter.api.Test;

final class ResponseFiltersTest {
  private static final String SECURITY = "X-Content-Type-Options";
  private static final int BETWEEN_THE_TWO = 150;

  private final List<Boolean> secured = new ArrayList<>();
  private final List<Boolean> named = new ArrayList<>();

  @Test
  void setTheSecurityHeadersBeforeTheTrailIsClosed() throws Exception {
    ContainerResponseFilter probe =
        (request, response) -> {
          secured.add(response.getHeaders().containsKey(SECURITY));
          named.add(response.getHeaders().containsKey(RequestIdFilter.HEADER));
        };
    OpenTelemetry telemetry = OpenTelemetry.noop();
    ApplicationHandler jersey =
        new ApplicationHandler(
            new ResourceConfig()
                .register(probe, BETWEEN_THE_TWO)
                .register(
                    new TrailResponseFilter(
                        new FilterLedger(),
                        new RecentRequests(Clock.systemUTC()),
                        new Latencies(Clock.systemUTC(), telemetry),
                        telemetry))
                .register(new SecurityHeadersFilter("https://auth.example.com"))
                .register(new RequestIdFilter(WarmupMark.closed(), telemetry))
                .register(new Hello()));

    ContainerResponse answer =
        jersey
            .apply(
                new ContainerRequest(
                    URI.create("/"),
                    URI.create("/hello"),
                    "GET",
                    null,
                    new MapPropertiesDelegate(),
                    null))
            .get();

    assertThat(secured).containsExactly(true);
    assertThat(named).containsExactly(false);
    assertThat(answer.getHeaders()).containsKeys(SECURITY, RequestIdFilter.HEADER);
  }

  /**
   * A filter that replaces the answer runs first, so that the new answer is secured and recorded.
   */
  @Test
  void replaceTheAnswerBeforeItIsSecured() {
    assertThat(priority(UncountedRequestsFilter.class))
        .isGreaterThan(priority(SecurityHeadersFilter.class));
    assertThat(priority(SecurityHeadersFilter.class))
        .isGreaterThan(priority(TrailResponseFilter.class));
  }

  private static int priority(Class<? extends ContainerResponseFilter> filter) {
    return filter.getAnnotation(Priority.class).value();
  }

  /** A public endpoint. */
  @Path("hello")
  @Public
  public static final class Hello {
    @GET
    public String hello() {
      return "hello";
    }
  }
}
