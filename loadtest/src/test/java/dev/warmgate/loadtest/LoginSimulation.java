package dev.warmgate.loadtest;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.details;
import static io.gatling.javaapi.core.CoreDsl.forAll;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;

import io.gatling.javaapi.core.Assertion;
import io.gatling.javaapi.core.PopulationBuilder;
import io.gatling.javaapi.core.ScenarioBuilder;
import io.gatling.javaapi.core.Simulation;
import io.gatling.javaapi.http.HttpProtocolBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The gate's load: people log in, use their session and log out, while a monitor pings. Goes to the
 * system property {@code gate.url}; the build fails when a limit of {@link Thresholds} is broken.
 */
public final class LoginSimulation extends Simulation {
  private final LoadProfile profile = LoadProfile.from(System.getProperties());
  private final Thresholds thresholds = Thresholds.from(System.getProperties());
  private final Measurements measurements = new Measurements();
  private final Accounts accounts = new Accounts(LoadProfile.ACCOUNTS);
  private final String url = System.getProperty("gate.url", "http://127.0.0.1:8080");

  private final AuthApi warming = AuthApi.silent();
  private final AuthApi api = AuthApi.measured(measurements);

  private final ScenarioBuilder first =
      scenario("warm-up, silent")
          .feed(accounts.inTurn())
          .exec(
              warming.login(),
              warming.verify(),
              warming.refresh(),
              warming.ping(),
              warming.middlewareStatus(),
              warming.logout());

  private final ScenarioBuilder people =
      scenario("people")
          .feed(accounts.inTurn())
          .exec(api.login(), api.verify(), api.refresh(), api.verify(), api.logout());

  private final ScenarioBuilder monitor =
      scenario("monitor").exec(api.ping(), api.middlewareStatus());

  {
    HttpProtocolBuilder service =
        http.baseUrl(url).acceptHeader("application/json").disableWarmUp();
    PopulationBuilder warmUp =
        first.injectOpen(constantUsersPerSec(profile.loginsPerSecond()).during(profile.warmUp()));
    setUp(
            warmUp.andThen(
                people.injectOpen(
                    constantUsersPerSec(profile.loginsPerSecond()).during(profile.measured())),
                monitor.injectOpen(
                    constantUsersPerSec(LoadProfile.PROBES_PER_SECOND).during(profile.measured()))))
        .protocols(service)
        .maxDuration(profile.longest())
        .assertions(assertions());
  }

  private List<Assertion> assertions() {
    List<Assertion> assertions = new ArrayList<>();
    assertions.add(global().failedRequests().count().lte((long) thresholds.failures()));
    assertions.add(forAll().responseTime().percentile(95.0).lte(thresholds.p95(Thresholds.ANY)));
    for (String request : List.of("login", "verify", "ping", "middleware-status")) {
      assertions.add(details(request).responseTime().percentile(95.0).lte(thresholds.p95(request)));
    }
    return assertions;
  }

  @Override
  public void before() {
    try {
      accounts.register(url);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void after() {
    List<String> lines =
        new Verdict(measurements, thresholds, profile, FilterTraces.judged()).lines();
    lines.forEach(System.out::println);
    String file = System.getProperty("gate.verdict");
    if (file != null) {
      try {
        Files.write(Path.of(file), lines);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
