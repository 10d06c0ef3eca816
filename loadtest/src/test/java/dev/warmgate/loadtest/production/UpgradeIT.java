package dev.warmgate.loadtest.production;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.loadtest.http.ApiClient;
import dev.warmgate.loadtest.http.Reply;
import dev.warmgate.loadtest.load.Admin;
import dev.warmgate.loadtest.stack.Balancer;
import dev.warmgate.loadtest.stack.Dependencies;
import dev.warmgate.loadtest.stack.Ports;
import dev.warmgate.loadtest.stack.ServiceProcess;
import dev.warmgate.loadtest.stack.Teardown;
import dev.warmgate.loadtest.testkit.TestStack;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Replaces two replicas of the last release by this build under load, one after the other, and goes
 * back again, all on one database: no request fails, no session is lost, and no replica opens one
 * without the second factor of its account.
 */
@Tag("full")
final class UpgradeIT {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final int REPLICAS = 2;
  private static final String AUTH = "/api/v1/auth/";

  @TempDir private Path directory;

  private final List<Integer> ports = new ArrayList<>();
  private final List<ServiceProcess> replicas = new ArrayList<>();

  @Test
  void failsNoRequestForwardsAndBack() throws Exception {
    Path last = LastRelease.checkout();
    try (Dependencies dependencies = Dependencies.start(directory.resolve("stack"));
        Teardown started = new Teardown()) {
      var _ = started.start(() -> (AutoCloseable) () -> replicas.forEach(ServiceProcess::close));
      for (int i = 0; i < REPLICAS; i++) {
        ports.add(Ports.claim());
        replicas.add(start(dependencies, last, i, "last"));
      }
      long before = migrations(dependencies);
      Balancer balancer = started.start(() -> new Balancer(ports));
      TestStack.await(SOON, () -> balancer.healthy().size() == REPLICAS);
      UserLoad load = started.start(() -> UserLoad.on(balancer.baseUrl()));
      String owner = TestStack.credentials(TestStack.newEmail());
      Admin protectedOwner = null;
      for (Path build : List.of(TestStack.PROJECT, last)) {
        for (int i = 0; i < REPLICAS; i++) {
          TimeUnit.SECONDS.sleep(2);
          replicas.get(i).close();
          replicas.set(i, start(dependencies, build, i, build.equals(last) ? "back" : "this"));
          TestStack.await(SOON, () -> balancer.healthy().size() == REPLICAS);
          if (protectedOwner == null) {
            protectedOwner = protect(url(0), owner);
          }
          for (int replica = 0; replica < REPLICAS; replica++) {
            opensNothingForThePasswordAlone(url(replica), owner);
          }
        }
        // Both builds have run side by side; now one alone does.
        TimeUnit.SECONDS.sleep(3);
      }
      assertThat(protectedOwner.token()).as("a session with its factor goes on").isNotEmpty();
      int acknowledged = load.endWithoutLoss(replicas.getFirst().tailOfLog());
      assertThat(migrations(dependencies)).as("with a migration in between").isGreaterThan(before);
      assertThat(load.failedLogins()).isEmpty();
      assertThat(load.unanswered()).isZero();
      OutageTable.add(
          "two replicas upgraded from " + LastRelease.commit().substring(0, 8) + " and back",
          load.longestSilence(),
          acknowledged);
    }
  }

  private String url(int replica) {
    return "http://127.0.0.1:" + ports.get(replica);
  }

  /** Registers an account that logs in with a second factor from then on. */
  private static Admin protect(String url, String credentials)
      throws IOException, InterruptedException {
    try (ApiClient client = new ApiClient(url)) {
      assertThat(client.post(AUTH + "register", "", credentials).status()).isEqualTo(201);
    }
    return Admin.logIn(url, credentials);
  }

  /** This build asks for the factor; the last release, which knows of none, refuses. */
  private static void opensNothingForThePasswordAlone(String url, String credentials)
      throws IOException, InterruptedException {
    try (ApiClient client = new ApiClient(url)) {
      Reply reply = client.post(AUTH + "login", "", credentials);
      assertThat(reply.status()).as(reply.body()).isIn(401, 503);
      assertThat(reply.body()).doesNotContain("access_token");
      assertThat(reply.field("code")).isIn("mfa_required", "database_unavailable");
    }
  }

  private ServiceProcess start(Dependencies dependencies, Path build, int which, String name)
      throws Exception {
    return Production.service(
            dependencies,
            build,
            Map.of("PORT", Integer.toString(ports.get(which)), "SHUTDOWN_WAIT", "2s"))
        .named(name + "-" + which)
        .startReady();
  }

  private static long migrations(Dependencies dependencies) throws Exception {
    return dependencies
        .database()
        .number("SELECT count(*) FROM flyway_schema_history WHERE success");
  }
}
