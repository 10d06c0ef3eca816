package dev.warmgate.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.warmgate.outbound.OutboundUrlPolicy;
import dev.warmgate.ratelimit.ClientAddress;
import dev.warmgate.ratelimit.RateLimits;
import dev.warmgate.ratelimit.RateLimitsConfiguration;
import dev.warmgate.redis.Redis;
import dev.warmgate.redis.RedisConfiguration;
import dev.warmgate.redis.RedisUrl;
import dev.warmgate.request.Authenticated;
import dev.warmgate.request.FastLane;
import dev.warmgate.request.Public;
import dev.warmgate.request.Scopes;
import dev.warmgate.secret.SecretKeys;
import dev.warmgate.testkit.Secrets;
import dev.warmgate.warmup.WarmupMark;
import io.opentelemetry.api.OpenTelemetry;
import jakarta.annotation.Priority;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.glassfish.jersey.server.ApplicationHandler;
import org.glassfish.jersey.server.ResourceConfig;
import org.junit.jupiter.api.Test;

final class RegisteredFiltersTest {
  private static final OpenTelemetry TELEMETRY = OpenTelemetry.noop();

  private final RegisteredFilters registered = new RegisteredFilters();

  @Test
  void readsTheFiltersThatJerseyRuns() {
    start(filters(), new Open());

    assertThat(registered.slots()).isEqualTo(FilterOrder.DECLARED);
  }

  @Test
  void refusesToStartWithoutADeclaredFilter() {
    List<Object> filters = filters();
    filters.removeIf(filter -> filter instanceof AccessControlFilter);

    assertThatThrownBy(() -> start(filters, new Open()))
        .hasMessageContaining("access-control")
        .hasMessageContaining("not registered");
  }

  @Test
  void refusesToStartWithAnUndeclaredFilter() {
    List<Object> filters = filters();
    filters.add(new Undeclared());

    assertThatThrownBy(() -> start(filters, new Open()))
        .hasMessageContaining("undeclared")
        .hasMessageContaining("not declared");
  }

  @Test
  void refusesToStartWithAFilterThatIsNotTraced() {
    List<Object> filters = filters();
    filters.add(new Untraced());

    assertThatThrownBy(() -> start(filters, new Open()))
        .hasMessageContaining("Untraced")
        .hasMessageContaining("does not declare");
  }

  @Test
  void refusesToStartWithTwoFiltersOfTheSamePriority() {
    List<Object> filters = filters();
    filters.add(new SamePriority());

    assertThatThrownBy(() -> start(filters, new Open()))
        .hasMessageContaining("same-priority")
        .hasMessageContaining("shares its priority");
  }

  @Test
  void refusesToStartWithAnEndpointWithoutAnAccessRule() {
    assertThatThrownBy(() -> start(filters(), new Undecided()))
        .hasMessageContaining("Undecided")
        .hasMessageContaining("@Public or @Authenticated");
  }

  @Test
  void refusesToStartWithARuleThatIsNeverChecked() {
    assertThatThrownBy(() -> start(filters(), new RolesOnTheFastLane()))
        .hasMessageContaining("RolesOnTheFastLane")
        .hasMessageContaining("fast lane");
    assertThatThrownBy(() -> start(filters(), new ScopesOfAccounts()))
        .hasMessageContaining("only services have any");
    assertThatThrownBy(() -> start(filters(), new UnknownScope()))
        .hasMessageContaining("an unknown scope");
    assertThatThrownBy(() -> start(filters(), new UnknownRole()))
        .hasMessageContaining("an unknown role");
    start(filters(), new ForServices());
  }

  @Test
  void refusesToStartWithAnInvalidMaxAge() {
    assertThatThrownBy(() -> start(filters(), new InvalidAge()))
        .hasMessageContaining("InvalidAge")
        .hasMessageContaining("an invalid maxAge: soon");
    assertThatThrownBy(() -> start(filters(), new TooShort()))
        .hasMessageContaining("an invalid maxAge: 0s");
    assertThatThrownBy(() -> start(filters(), new FreshServices()))
        .hasMessageContaining("services never log in");
  }

  @Test
  void refusesToStartWithARoleForTokensOfAnyAudience() {
    assertThatThrownBy(() -> start(filters(), new AdminsFromElsewhere()))
        .hasMessageContaining("AdminsFromElsewhere")
        .hasMessageContaining("must open nothing that needs a role");
  }

  private void start(List<Object> filters, Object resource) {
    ResourceConfig application = new ResourceConfig();
    filters.forEach(application::register);
    new ApplicationHandler(application.register(resource).register(registered));
  }

  private static List<Object> filters() {
    RateLimits limits =
        new RateLimits(
            RateLimitsConfiguration.defaults(),
            new SecretKeys(Secrets.of("k1")),
            true,
            new Redis(new RedisConfiguration(new RedisUrl("redis://127.0.0.1:1"), null), TELEMETRY),
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

  /** A public endpoint. */
  @Path("open")
  @Public
  public static final class Open {
    @GET
    public String open() {
      return "open";
    }
  }

  /** An endpoint without an access rule. */
  @Path("undecided")
  public static final class Undecided {
    @GET
    public String undecided() {
      return "for whom?";
    }
  }

  /** A role on the fast lane, which bypasses the check of roles. */
  @Path("rule")
  @FastLane
  @Authenticated(roles = "admin")
  public static final class RolesOnTheFastLane {
    @GET
    public String get() {
      return "";
    }
  }

  /** Accounts have no scopes. */
  @Path("rule")
  @Authenticated(roles = "admin", scopes = Scopes.PERFORMANCE)
  public static final class ScopesOfAccounts {
    @GET
    public String get() {
      return "";
    }
  }

  /** A scope that does not exist. */
  @Path("rule")
  @Authenticated(roles = Authenticated.SERVICE, scopes = "everything")
  public static final class UnknownScope {
    @GET
    public String get() {
      return "";
    }
  }

  /** A role that does not exist. */
  @Path("rule")
  @Authenticated(roles = "administrator")
  public static final class UnknownRole {
    @GET
    public String get() {
      return "";
    }
  }

  /** An age that is not a duration. */
  @Path("rule")
  @Authenticated(maxAge = "soon")
  public static final class InvalidAge {
    @GET
    public String get() {
      return "";
    }
  }

  /** An age that no login can meet. */
  @Path("rule")
  @Authenticated(maxAge = "0s")
  public static final class TooShort {
    @GET
    public String get() {
      return "";
    }
  }

  /** A maximum age for services, which do not log in. */
  @Path("rule")
  @Authenticated(roles = Authenticated.SERVICE, maxAge = "5m")
  public static final class FreshServices {
    @GET
    public String get() {
      return "";
    }
  }

  /** Another service could use an admin's token that was meant for it. */
  @Path("rule")
  @Authenticated(roles = Authenticated.ADMIN, anyAudience = true)
  public static final class AdminsFromElsewhere {
    @GET
    public String get() {
      return "";
    }
  }

  /** A valid rule. */
  @Path("rule")
  @Authenticated(roles = Authenticated.SERVICE, scopes = Scopes.PERFORMANCE)
  public static final class ForServices {
    @GET
    public String get() {
      return "";
    }
  }

  @Priority(250)
  private static final class Undeclared extends TracedRequestFilter {
    Undeclared() {
      super("undeclared", false, TELEMETRY);
    }

    @Override
    protected void apply(ContainerRequestContext request) {}
  }

  private static final class Untraced implements ContainerRequestFilter {
    @Override
    public void filter(ContainerRequestContext request) {}
  }

  @Priority(FilterOrder.RATE_LIMIT)
  private static final class SamePriority extends TracedRequestFilter {
    SamePriority() {
      super("same-priority", false, TELEMETRY);
    }

    @Override
    protected void apply(ContainerRequestContext request) {}
  }
}
