package dev.warmgate.filter;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmgate.request.Authenticated;
import dev.warmgate.request.FastLane;
import dev.warmgate.request.Scopes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import org.junit.jupiter.api.Test;

/** Tests which access rules of endpoints the service refuses to start with. */
final class AccessRulesTest {
  @Test
  void refusesToStartWithAnEndpointWithoutAnAccessRule() {
    assertThatThrownBy(() -> start(new Undecided()))
        .hasMessageContaining("Undecided")
        .hasMessageContaining("@Public or @Authenticated");
  }

  @Test
  void refusesToStartWithARuleThatIsNeverChecked() {
    assertThatThrownBy(() -> start(new RolesOnTheFastLane()))
        .hasMessageContaining("RolesOnTheFastLane")
        .hasMessageContaining("fast lane");
    assertThatThrownBy(() -> start(new ScopesOfAccounts()))
        .hasMessageContaining("only services have any");
    assertThatThrownBy(() -> start(new UnknownScope())).hasMessageContaining("an unknown scope");
    assertThatThrownBy(() -> start(new UnknownRole())).hasMessageContaining("an unknown role");
    start(new ForServices());
  }

  @Test
  void refusesToStartWithAnInvalidMaxAge() {
    assertThatThrownBy(() -> start(new InvalidAge()))
        .hasMessageContaining("InvalidAge")
        .hasMessageContaining("an invalid maxAge: soon");
    assertThatThrownBy(() -> start(new TooShort())).hasMessageContaining("an invalid maxAge: 0s");
    assertThatThrownBy(() -> start(new FreshServices()))
        .hasMessageContaining("services never log in");
  }

  @Test
  void refusesToStartWithARoleForTokensOfAnyAudience() {
    assertThatThrownBy(() -> start(new AdminsFromElsewhere()))
        .hasMessageContaining("AdminsFromElsewhere")
        .hasMessageContaining("must open nothing that needs a role");
  }

  private static void start(Object resource) {
    DeclaredFilters.start(DeclaredFilters.all(), resource, new RegisteredFilters());
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
}
