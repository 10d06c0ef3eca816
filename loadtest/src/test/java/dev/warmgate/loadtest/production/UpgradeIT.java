package dev.warmgate.loadtest.production;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.loadtest.stack.Balancer;
import dev.warmgate.loadtest.stack.Dependencies;
import dev.warmgate.loadtest.stack.Ports;
import dev.warmgate.loadtest.stack.ServiceProcess;
import dev.warmgate.loadtest.stack.Teardown;
import dev.warmgate.loadtest.testkit.TestStack;
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
 * back again, all on one database: no request fails and no session is lost.
 */
@Tag("full")
final class UpgradeIT {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final int REPLICAS = 2;

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
        ports.add(Ports.claim(0, ""));
        replicas.add(start(dependencies, last, i, "last"));
      }
      long before = migrations(dependencies);
      Balancer balancer = started.start(() -> new Balancer(ports));
      TestStack.await(SOON, () -> balancer.healthy().size() == REPLICAS);
      UserLoad load = started.start(() -> UserLoad.on(balancer.baseUrl()));
      for (Path build : List.of(TestStack.PROJECT, last)) {
        for (int i = 0; i < REPLICAS; i++) {
          TimeUnit.SECONDS.sleep(2);
          replicas.get(i).close();
          replicas.set(i, start(dependencies, build, i, build.equals(last) ? "back" : "this"));
          TestStack.await(SOON, () -> balancer.healthy().size() == REPLICAS);
        }
        // Both builds have run side by side; now one alone does.
        TimeUnit.SECONDS.sleep(3);
      }
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
