package dev.warmgate.loadtest.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.warmgate.filter.AccessControlFilter;
import dev.warmgate.filter.AuthenticationFilter;
import dev.warmgate.filter.ExposedKeys;
import dev.warmgate.filter.FastLaneFilter;
import dev.warmgate.filter.LoadTestKeys;
import dev.warmgate.filter.RateLimitFilter;
import dev.warmgate.filter.RequestIdFilter;
import dev.warmgate.filter.SecurityHeadersFilter;
import dev.warmgate.filter.SsrfProtectionFilter;
import dev.warmgate.loadtest.stack.Secrets;
import dev.warmgate.outbound.OutboundUrlPolicy;
import dev.warmgate.ratelimit.ClientAddress;
import dev.warmgate.ratelimit.RateLimits;
import dev.warmgate.ratelimit.RateLimitsConfiguration;
import dev.warmgate.redis.Redis;
import dev.warmgate.redis.RedisConfiguration;
import dev.warmgate.redis.RedisUrl;
import dev.warmgate.request.FastLane;
import dev.warmgate.request.Public;
import dev.warmgate.request.RequestContext;
import dev.warmgate.secret.SecretKeys;
import dev.warmgate.telemetry.Latencies;
import dev.warmgate.traffic.FilterLedger;
import dev.warmgate.traffic.RecentRequests;
import dev.warmgate.traffic.TrailResponseFilter;
import dev.warmgate.warmup.WarmupMark;
import io.opentelemetry.api.OpenTelemetry;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.container.PreMatching;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.glassfish.jersey.internal.MapPropertiesDelegate;
import org.glassfish.jersey.server.ApplicationHandler;
import org.glassfish.jersey.server.ContainerRequest;
import org.glassfish.jersey.server.ContainerResponse;
import org.glassfish.jersey.server.ResourceConfig;

/** Jersey without a network: one endpoint on each lane, with or without the service's filters. */
final class Chain {
  private static final URI BASE = URI.create("/");

  private final ApplicationHandler jersey;

  private Chain(ResourceConfig application) {
    this.jersey = new ApplicationHandler(application.register(new Endpoints()));
  }

  static Chain withoutFilters() {
    return new Chain(new ResourceConfig());
  }

  /** As many filters as the service has, but empty ones, to measure Jersey's own share. */
  static Chain withEmptyFilters() {
    ContainerRequestFilter second = request -> {};
    ContainerRequestFilter third = request -> {};
    ContainerRequestFilter fourth = request -> {};
    ContainerRequestFilter fifth = request -> {};
    ContainerRequestFilter sixth = request -> {};
    ContainerResponseFilter first = (request, response) -> {};
    ContainerResponseFilter last = (request, response) -> {};
    return new Chain(
        new ResourceConfig()
            .register(new BeforeMatching())
            .register(second, 200)
            .register(third, 300)
            .register(fourth, 400)
            .register(fifth, 500)
            .register(sixth, 600)
            .register(first, 200)
            .register(last, 100));
  }

  @PreMatching
  private static final class BeforeMatching implements ContainerRequestFilter {
    @Override
    public void filter(ContainerRequestContext request) {}
  }

  static Chain withFilters(OpenTelemetry telemetry) {
    RateLimits limits =
        new RateLimits(
            RateLimitsConfiguration.defaults(),
            new SecretKeys(Secrets.newKey()),
            false,
            new Redis(RedisConfiguration.defaults(new RedisUrl("redis://127.0.0.1:1")), telemetry),
            telemetry);
    return new Chain(
        new ResourceConfig()
            .register(new RequestIdFilter(WarmupMark.closed(), telemetry))
            .register(new FastLaneFilter(true, telemetry))
            .register(
                new RateLimitFilter(
                    limits,
                    new ClientAddress(List.of()),
                    () -> {},
                    new LoadTestKeys(
                        key -> {
                          throw new IllegalStateException("the benchmark sends no key");
                        },
                        key -> {}),
                    telemetry))
            .register(
                new AuthenticationFilter(
                    token -> {
                      throw new IllegalStateException("the benchmark sends no token");
                    },
                    key -> {
                      throw new IllegalStateException("the benchmark sends no key");
                    },
                    request -> {
                      throw new IllegalStateException("the benchmark sends no cookie");
                    },
                    new ExposedKeys(
                        key -> {
                          throw new IllegalStateException("the benchmark sends no key");
                        },
                        service -> {}),
                    Clock.systemUTC(),
                    telemetry))
            .register(new AccessControlFilter((id, role) -> true, () -> {}, telemetry))
            .register(
                new SsrfProtectionFilter(
                    new ObjectMapper(), new OutboundUrlPolicy(List.of()), telemetry))
            .register(new SecurityHeadersFilter("http://127.0.0.1"))
            .register(
                new TrailResponseFilter(
                    new FilterLedger(),
                    new RecentRequests(Clock.systemUTC()),
                    new Latencies(Clock.systemUTC(), telemetry),
                    telemetry)));
  }

  ContainerResponse get(String path) throws ExecutionException, InterruptedException {
    // As the handler before Jersey does.
    RequestContext.begin().arrivedFrom("127.0.0.1");
    return jersey
        .apply(
            new ContainerRequest(
                BASE, URI.create("/" + path), "GET", null, new MapPropertiesDelegate(), null))
        .get();
  }

  /** The benchmark's endpoints, one on each lane. */
  @Path("/")
  @Public
  public static final class Endpoints {
    @GET
    @Path("fast")
    @FastLane
    public String fast() {
      return "fast";
    }

    @GET
    @Path("full")
    public String full() {
      return "full";
    }
  }
}
