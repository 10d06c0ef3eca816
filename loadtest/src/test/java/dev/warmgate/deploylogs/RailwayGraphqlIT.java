package dev.warmgate.deploylogs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.deploylogs.Checker.Run;
import dev.warmgate.deploylogs.FakeRailway.Line;
import dev.warmgate.deploylogs.FakeRailway.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Checks how a deployment is found and judged through Railway's GraphQL API, which a loopback
 * server replaces.
 */
class RailwayGraphqlIT {

  private static final Line BUILT = new Line("2026-02-01T00:00:10Z", "✓ built in 1.5s");
  private static final Line BROKEN =
      new Line("2026-02-01T00:00:05Z", "npm error Missing script: \"build\"");

  @TempDir Path directory;
  private FakeRailway railway;

  @BeforeEach
  void start() throws IOException {
    railway = new FakeRailway();
  }

  @AfterEach
  void stop() {
    railway.close();
  }

  @Test
  void judgesTheLatestDeploymentWhateverItsStatus() {
    railway.setStatuses("FAILED");
    railway.buildLog.add(BROKEN);

    Run outcome = check("--json");

    assertThat(outcome.json().get("cause").asText()).isEqualTo("missing-script");
    assertThat(outcome.json().at("/deployment/id").asText()).isEqualTo("newest");
    assertThat(outcome.exitCode()).isEqualTo(1);
  }

  @Test
  void aSuccessfulDeploymentIsCleanDespiteErrorsInItsLogs() {
    railway.buildLog.addAll(List.of(BUILT));
    railway.deployLog.add(
        new Line("2026-02-01T00:01:00Z", "Error: a visitor requested a missing page"));

    assertThat(check().exitCode()).isZero();
  }

  @Test
  void aSuccessWithoutLogsIsNotClean() {
    assertThat(check().exitCode()).isEqualTo(2);
  }

  @Test
  void findsTheCauseOfACrashAfterASuccessfulBuild() {
    railway.setStatuses("CRASHED");
    railway.buildLog.add(BUILT);
    railway.deployLog.add(
        new Line(
            "2026-02-01T00:01:00Z", "Error: listen EADDRINUSE: address already in use :::8080"));

    assertThat(check("--json").json().get("cause").asText()).isEqualTo("port-in-use");
  }

  @Test
  void namesTheFailedEventWhenTheLogsHoldNoCause() {
    railway.setStatuses("FAILED");
    railway.buildLog.add(BUILT);
    railway.failedStep = "HEALTHCHECK";

    assertThat(check("--json").json().get("cause").asText()).isEqualTo("healthcheck-failed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"BUILDING", "QUEUED", "NEEDS_APPROVAL"})
  void reportsAnUnfinishedDeploymentAsUnknown(String status) {
    railway.setStatuses(status);
    railway.buildLog.add(BUILT);

    Run outcome = check();

    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.out()).contains("still " + status);
  }

  @Test
  void waitsForTheEnd() {
    railway.setStatuses("BUILDING", "DEPLOYING", "SUCCESS");
    railway.buildLog.add(BUILT);

    Run outcome = check("--wait=30");

    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.err()).contains("newest is BUILDING");
  }

  @Test
  void keepsWaitingWhenOneRequestFails() {
    railway.setStatuses("BUILDING", "SUCCESS");
    railway.unknown = "deployment(id";
    railway.timesUnknown = 1;
    railway.buildLog.add(BUILT);

    Run outcome = check("--wait=30");

    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.err()).contains("HTTP 400");
  }

  @Test
  void judgesWithoutEvents() {
    railway.unknown = "deploymentEvents(";
    railway.buildLog.add(BUILT);

    Run outcome = check("--json");

    assertThat(outcome.json().get("verdict").asText()).isEqualTo("pass");
    assertThat(outcome.exitCode()).isZero();
  }

  @Test
  void reportsUnknownWhenItCannotSave() throws IOException {
    railway.buildLog.add(BUILT);
    Files.writeString(directory.resolve("taken"), "a file");

    Run outcome = check("--save", "taken/logs");

    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err()).contains("could not tell");
  }

  @Test
  void pausesWhenRetryAfterIsADate() {
    railway.refusals.add(new Refusal(429, "Retry-After", "Wed, 21 Oct 2015 07:28:00 GMT"));
    railway.buildLog.add(BUILT);
    long began = System.nanoTime();

    assertThat(check().exitCode()).isZero();
    assertThat(System.nanoTime() - began).isGreaterThan(1_000_000_000L);
  }

  @Test
  void pagesPastTheFirstFiveHundredLines() throws IOException {
    railway.setStatuses("FAILED");
    railway.buildLog.add(BROKEN);
    for (int i = 0; i < 1200; i++) {
      railway.buildLog.add(
          new Line("2026-02-01T00:01:%02d.%03dZ".formatted(i / 1000, i % 1000), "line " + i));
    }

    assertThat(check("--json").json().get("cause").asText()).isEqualTo("missing-script");
    assertThat(Files.readAllLines(directory.resolve(".local/deploy-logs/newest-build.log")))
        .hasSize(1201);
  }

  @Test
  void retriesAfterRetryAfter() {
    railway.refusals.add(new Refusal(429, "Retry-After", "1"));
    railway.buildLog.add(BUILT);

    assertThat(check().exitCode()).isZero();
  }

  @Test
  void retriesAfterAServerError() {
    railway.refusals.add(new Refusal(500, null, null));
    railway.buildLog.add(BUILT);

    assertThat(check().exitCode()).isZero();
  }

  @Test
  void doesNotRetryWithARefusedToken() {
    railway.refusals.add(new Refusal(401, null, null));

    Run outcome = check();

    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err()).contains("refused the token (HTTP 401)");
    assertThat(railway.asked).hasSize(1);
  }

  @Test
  void reportsErrorsThatComeWithStatus200() {
    railway.token = "another";

    Run outcome = check();

    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err()).contains("Railway: Not Authorized");
  }

  @Test
  void timesOutOnASilentServer() {
    railway.delayMillis = 3000;

    Run outcome =
        checker()
            .with("RAILWAY_HTTP_TIMEOUT", "1")
            .with("RAILWAY_RETRY_PAUSE", "0")
            .run("--api", "graphql");

    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err()).contains("no connection or time-out");
  }

  @Test
  void asksForTheServiceWhenThereAreSeveral() {
    railway.services.add("api");
    railway.buildLog.add(BUILT);

    assertThat(check().exitCode()).isEqualTo(2);
    assertThat(check().err()).contains("which service?", "web, api");
    assertThat(check("--service", "web").exitCode()).isZero();
    assertThat(check("--service", "docs").err()).contains("no service docs among: web, api");
  }

  @Test
  void treatsAnEmptyTokenAsUnset() {
    Run outcome = checker().with("RAILWAY_TOKEN", "").run("--api", "graphql");

    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err()).contains("no access");
    assertThat(railway.asked).isEmpty();
  }

  @Test
  void savesLogsReadableByTheOwnerOnlyAndWithoutCredentials() throws IOException {
    railway.buildLog.addAll(
        List.of(
            new Line("2026-02-01T00:00:01Z", "DATABASE_URL=postgres://app:hunter2@db/app"), BUILT));

    check();

    Path saved = directory.resolve(".local/deploy-logs/newest-build.log");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(saved)))
        .isEqualTo("rw-------");
    assertThat(saved).content().contains("postgres://***@db/app").doesNotContain("hunter2");
  }

  private Run check(String... arguments) {
    return checker().run(arguments);
  }

  private Checker checker() {
    return new Checker(directory)
        .with("RAILWAY_GRAPHQL_URL", railway.url())
        .with("RAILWAY_TOKEN", "project-token")
        .with("DEPLOY_POLL_SECONDS", "0");
  }
}
