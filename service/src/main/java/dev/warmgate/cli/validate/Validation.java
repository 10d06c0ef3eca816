package dev.warmgate.cli.validate;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Runs all checks, one after the other. A check that gets no proper answer fails, and the others
 * still run.
 */
final class Validation {
  private static final String HEALTH = "/health-check";

  private final Deployment service;
  private final Progress progress;
  private final List<Finding> findings = new ArrayList<>();

  Validation(Deployment service, Progress progress) {
    this.service = service;
    this.progress = progress;
  }

  /**
   * @throws ProbeFailure if the address is unreachable or not Warmgate
   */
  ValidationReport run(boolean withLogins, String serviceKey) {
    progress.begin("Connecting");
    double roundTrip = service.roundTripMillis();
    Reply first = service.get(PingChecks.PATH);
    PingChecks.requireWarmgate(first);
    findings.add(PingChecks.first(first));

    PingChecks ping = new PingChecks(service, roundTrip);
    check("health", this::health);
    check("dependencies", ping::dependencies);
    check("ping, connection reused", ping::reused);
    check("ping, new connections", ping::newConnections);
    KeyChecks keys = new KeyChecks(service);
    check(KeyChecks.CHECK, keys::published);

    LoginChecks login = new LoginChecks(service, roundTrip, serviceKey);
    Thread cleanUp = new Thread(() -> deleteQuietly(login));
    Runtime.getRuntime().addShutdownHook(cleanUp);
    if (withLogins) {
      check("register", login::register);
    }
    if (!login.token().isEmpty()) {
      check("login", login::logins);
      check("warm token (GET me)", login::warmToken);
      check("token verifies with JWKS", () -> keys.verifies(login.token()));
    } else {
      String why = withLogins ? "there is no account to log in with." : "--no-login.";
      findings.add(Finding.skip("login", why));
      findings.add(Finding.skip("warm token (GET me)", why));
    }
    checkOrder(login, roundTrip);
    DatabaseChecks database = new DatabaseChecks(service, serviceKey);
    check(DatabaseChecks.CHECK, database::performance);
    check(DatabaseChecks.WARM_UP, database::warmUp);
    if (!login.token().isEmpty()) {
      check("account deleted", login::delete);
    }
    Runtime.getRuntime().removeShutdownHook(cleanUp);
    progress.done();
    return new ValidationReport(service.base(), roundTrip, List.copyOf(findings));
  }

  private void checkOrder(LoginChecks login, double roundTrip) {
    OrderChecks order = new OrderChecks(service, roundTrip);
    check("filter order", order::order);
    check("filter bypasses", order::bypasses);
    check(
        "full lane as control",
        () -> {
          if (!login.token().isEmpty()) {
            login.takeFullLane();
          }
          return order.control();
        });
    check("middleware-status", order::latency);
  }

  private Finding health() {
    Reply reply = service.get(HEALTH);
    return reply.isOk()
        ? Finding.pass("health", "200", "200")
        : Finding.fail(
            "health",
            reply.description(),
            "200",
            "The service is not ready: the next line says what is down.");
  }

  private void check(String name, Supplier<Finding> check) {
    progress.begin(name);
    try {
      findings.add(check.get());
    } catch (ProbeFailure wrong) {
      findings.add(
          Finding.fail(
              name, wrong.getMessage(), "an answer", "Read the log of the service and its proxy."));
    }
  }

  private static void deleteQuietly(LoginChecks login) {
    if (!login.token().isEmpty()) {
      try {
        Finding _ = login.delete();
      } catch (ProbeFailure failed) {
        // Nothing can be reported any more, since the process is ending.
      }
    }
  }
}
