package dev.warmgate.filter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ErrorForms;
import dev.warmgate.problem.Problem;
import dev.warmgate.problem.ProblemMapper;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.ratelimit.ClientAddress;
import dev.warmgate.ratelimit.Rate;
import dev.warmgate.ratelimit.RateLimits;
import dev.warmgate.ratelimit.RateLimitsConfiguration;
import dev.warmgate.redis.Redis;
import dev.warmgate.redis.RedisConfiguration;
import dev.warmgate.redis.RedisUrl;
import dev.warmgate.request.Limit;
import dev.warmgate.request.Public;
import dev.warmgate.request.RateLimited;
import dev.warmgate.request.RequestContext;
import dev.warmgate.secret.SecretKeys;
import dev.warmgate.telemetry.Latencies;
import dev.warmgate.testkit.Secrets;
import dev.warmgate.traffic.FilterLedger;
import dev.warmgate.traffic.RecentRequests;
import dev.warmgate.traffic.TrailResponseFilter;
import io.opentelemetry.api.OpenTelemetry;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.glassfish.jersey.internal.MapPropertiesDelegate;
import org.glassfish.jersey.server.ApplicationHandler;
import org.glassfish.jersey.server.ContainerRequest;
import org.glassfish.jersey.server.ContainerResponse;
import org.glassfish.jersey.server.ResourceConfig;
import org.junit.jupiter.api.Test;

final class RateLimitFilterTest {
  private static final OpenTelemetry NONE = OpenTelemetry.noop();

  private boolean busy;
  private final RateLimits limits = twoLoginsAndThreeOthers();
  private final ClientAddress addresses = new ClientAddress(List.of());
  private final ProblemMapper problems =
      new ProblemMapper(thrown -> Optional.empty(), ErrorForms.of(List.of()));
  private final ApplicationHandler jersey =
      new ApplicationHandler(
          new ResourceConfig()
              .register(new FastLaneFilter(true, NONE))
              .register(
                  new RateLimitFilter(
                      limits,
                      addresses,
                      this::refuseIfBusy,
                      new LoadTestKeys(
                          key -> {
                            throw new IllegalStateException("no key is sent here");
                          },
                          key -> {}),
                      NONE))
              .register(new UncountedRequestsFilter(limits, addresses, problems))
              .register(
                  new TrailResponseFilter(
                      new FilterLedger(),
                      new RecentRequests(Clock.systemUTC()),
                      new Latencies(Clock.systemUTC(), NONE),
                      NONE))
              .register(problems)
              .register(new Endpoints()));

  @Test
  void doesNotCountRequestsRefusedForLackOfHashingCapacity() throws Exception {
    busy = true;
    for (int i = 0; i < 5; i++) {
      assertThat(get("login")).isEqualTo(503);
    }
    busy = false;

    assertThat(get("login")).isEqualTo(200);
    assertThat(get("login")).isEqualTo(200);
    assertThat(get("login")).isEqualTo(429);
  }

  @Test
  void doesNotCheckHashingCapacityWhereNoHashIsNeeded() throws Exception {
    busy = true;

    assertThat(get("other")).isEqualTo(200);
  }

  @Test
  void countsRequestsThatMatchNoEndpoint() throws Exception {
    assertThat(get("nothing")).isEqualTo(404);
    assertThat(get("other")).isEqualTo(200);
    assertThat(send("POST", "other").getStatus()).isEqualTo(405);

    ContainerResponse refused = send("GET", "nothing");
    assertThat(refused.getStatus()).isEqualTo(429);
    assertThat(((Problem) refused.getEntity()).code()).isEqualTo("rate_limited");
    assertThat(refused.getMediaType().toString()).isEqualTo(Problem.MEDIA_TYPE);
    assertThat(Integer.parseInt(refused.getHeaderString("Retry-After"))).isBetween(1140, 1200);
    assertThat(get("other")).isEqualTo(429);
    assertThat(get("login")).as("another bucket").isEqualTo(200);
  }

  @Test
  void reportsTheRemainingQuota() throws Exception {
    ContainerResponse first = send("GET", "login");
    assertThat(first.getHeaderString("RateLimit-Policy")).isEqualTo("\"login\";q=2;w=3600");
    assertThat(first.getHeaderString("RateLimit")).isEqualTo("\"login\";r=1;t=1800");

    get("login");
    ContainerResponse refused = send("GET", "login");
    assertThat(refused.getStatus()).isEqualTo(429);
    assertThat(refused.getHeaderString("RateLimit-Policy")).isEqualTo("\"login\";q=2;w=3600");
    assertThat(refused.getHeaderString("RateLimit")).matches("\"login\";r=0;t=(1800|1799)");
    assertThat(refused.getHeaderString("RateLimit"))
        .as("both name the same moment")
        .endsWith("t=" + refused.getHeaderString("Retry-After"));

    assertThat(send("GET", "other").getHeaders()).doesNotContainKey("RateLimit");
  }

  private void refuseIfBusy() {
    if (busy) {
      throw new ApiException(ProblemType.LOGIN_CAPACITY_EXCEEDED);
    }
  }

  private int get(String path) throws Exception {
    return send("GET", path).getStatus();
  }

  private ContainerResponse send(String method, String path) throws Exception {
    RequestContext.begin().arrivedFrom("127.0.0.1");
    return jersey
        .apply(
            new ContainerRequest(
                URI.create("/"),
                URI.create("/" + path),
                method,
                null,
                new MapPropertiesDelegate(),
                null))
        .get();
  }

  /** Counts in memory, since Redis is down. */
  private static RateLimits twoLoginsAndThreeOthers() {
    return new RateLimits(
        new RateLimitsConfiguration(
            Rate.parse("2/1h"),
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            Rate.parse("3/1h")),
        new SecretKeys(Secrets.of("k1")),
        true,
        new Redis(RedisConfiguration.defaults(new RedisUrl("redis://127.0.0.1:1")), NONE),
        NONE);
  }

  /** An endpoint that hashes a password and one that does not. */
  @Path("/")
  @Public
  public static final class Endpoints {
    @GET
    @Path("login")
    @RateLimited(Limit.LOGIN)
    public String login() {
      return "hashed";
    }

    @GET
    @Path("other")
    public String other() {
      return "not hashed";
    }
  }
}
