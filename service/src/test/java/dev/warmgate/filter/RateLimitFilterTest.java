package dev.warmgate.filter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemMapper;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.ratelimit.ClientAddress;
import dev.warmgate.ratelimit.Limit;
import dev.warmgate.ratelimit.Rate;
import dev.warmgate.ratelimit.RateLimited;
import dev.warmgate.ratelimit.RateLimits;
import dev.warmgate.ratelimit.RateLimitsConfiguration;
import dev.warmgate.redis.Redis;
import dev.warmgate.redis.RedisConfiguration;
import dev.warmgate.redis.RedisUrl;
import io.opentelemetry.api.OpenTelemetry;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.glassfish.jersey.internal.MapPropertiesDelegate;
import org.glassfish.jersey.internal.inject.AbstractBinder;
import org.glassfish.jersey.server.ApplicationHandler;
import org.glassfish.jersey.server.ContainerRequest;
import org.glassfish.jersey.server.ResourceConfig;
import org.junit.jupiter.api.Test;

final class RateLimitFilterTest {
  private static final OpenTelemetry NONE = OpenTelemetry.noop();

  private boolean busy;
  private final ApplicationHandler jersey =
      new ApplicationHandler(
          new ResourceConfig()
              .register(
                  new RateLimitFilter(
                      twoLogins(),
                      new ClientAddress(List.of()),
                      this::refuseIfBusy,
                      new LoadTestKeys(key -> {
                        throw new IllegalStateException("no key is sent here");
                      }),
                      NONE))
              .register(new ProblemMapper(thrown -> Optional.empty()))
              .register(new Connection())
              .register(new Endpoints()));

  @Test
  void doesNotCountWhatIsTurnedAwayBecauseHashingIsBusy() throws Exception {
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
  void asksNothingOfHashingWhereNoneIsNeeded() throws Exception {
    busy = true;

    assertThat(get("other")).isEqualTo(200);
  }

  private void refuseIfBusy() {
    if (busy) {
      throw new ApiException(ProblemType.LOGIN_CAPACITY_EXCEEDED);
    }
  }

  private int get(String path) throws Exception {
    return jersey
        .apply(
            new ContainerRequest(
                URI.create("/"),
                URI.create("/" + path),
                "GET",
                null,
                new MapPropertiesDelegate(),
                null))
        .get()
        .getStatus();
  }

  /** Counted in memory: there is no such Redis. */
  private static RateLimits twoLogins() {
    return new RateLimits(
        new RateLimitsConfiguration(Rate.parse("2/1h"), null, null, null, null, null),
        true,
        new Redis(new RedisConfiguration(new RedisUrl("redis://127.0.0.1:1"), null), NONE),
        NONE);
  }

  /** What a servlet container would tell of the connection. */
  private static final class Connection extends AbstractBinder {
    @Override
    protected void configure() {
      HttpServletRequest request =
          (HttpServletRequest)
              Proxy.newProxyInstance(
                  RateLimitFilterTest.class.getClassLoader(),
                  new Class<?>[] {HttpServletRequest.class},
                  (proxy, method, arguments) ->
                      method.getName().equals("getRemoteAddr") ? "127.0.0.1" : null);
      bind(request).to(HttpServletRequest.class);
    }
  }

  /** One that costs a hash, and one that does not. */
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
