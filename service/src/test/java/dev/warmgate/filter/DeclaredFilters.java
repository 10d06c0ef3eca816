package dev.warmgate.filter;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.warmgate.outbound.OutboundUrlPolicy;
import dev.warmgate.ratelimit.ClientAddress;
import dev.warmgate.ratelimit.RateLimits;
import dev.warmgate.ratelimit.RateLimitsConfiguration;
import dev.warmgate.redis.Redis;
import dev.warmgate.redis.RedisConfiguration;
import dev.warmgate.redis.RedisUrl;
import dev.warmgate.secret.SecretKeys;
import dev.warmgate.testkit.Secrets;
import dev.warmgate.warmup.WarmupMark;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.glassfish.jersey.server.ApplicationHandler;
import org.glassfish.jersey.server.ResourceConfig;

/** The filters that the service declares, for a test that adds to them or leaves one out. */
final class DeclaredFilters {
  private static final OpenTelemetry TELEMETRY = OpenTelemetry.noop();

  private DeclaredFilters() {}

  static List<Object> all() {
    RateLimits limits =
        new RateLimits(
            RateLimitsConfiguration.defaults(),
            new SecretKeys(Secrets.of("k1")),
            true,
            new Redis(RedisConfiguration.defaults(new RedisUrl("redis://127.0.0.1:1")), TELEMETRY),
            TELEMETRY);
    return new ArrayList<>(
        List.of(
            // Not in the order of execution: only the priorities decide.
            new SsrfProtectionFilter(
                new ObjectMapper(), new OutboundUrlPolicy(List.of()), TELEMETRY),
            new AccessControlFilter((id, role) -> true, () -> {}, TELEMETRY),
            new AuthenticationFilter(
                token -> {
                  throw new IllegalStateException("no token is sent here");
                },
                key -> {
                  throw new IllegalStateException("no key is sent here");
                },
                request -> {
                  throw new IllegalStateException("no cookie is sent here");
                },
                new ExposedKeys(
                    key -> {
                      throw new IllegalStateException("no key is sent here");
                    },
                    service -> {}),
                Clock.systemUTC(),
                TELEMETRY),
            new RateLimitFilter(
                limits,
                new ClientAddress(List.of()),
                () -> {},
                new LoadTestKeys(
                    key -> {
                      throw new IllegalStateException("no key is sent here");
                    },
                    key -> {}),
                TELEMETRY),
            new FastLaneFilter(true, TELEMETRY),
            new RequestIdFilter(WarmupMark.closed(), TELEMETRY)));
  }

  /** Starts Jersey with the filters and one resource, which the registered filters judge. */
  static void start(List<Object> filters, Object resource, RegisteredFilters registered) {
    ResourceConfig application = new ResourceConfig();
    filters.forEach(application::register);
    var _ = new ApplicationHandler(application.register(resource).register(registered));
  }
}
