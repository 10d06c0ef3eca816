package dev.warmgate.loadtest.production;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.loadtest.http.ApiClient;
import dev.warmgate.loadtest.stack.Dependencies;
import dev.warmgate.loadtest.stack.ServiceProcess;
import dev.warmgate.loadtest.testkit.TestStack;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills the synchronous standby under load: each commit waits in PostgreSQL for ever, also when its
 * client has gone. The service says so, acknowledges nothing and does not use up PostgreSQL's
 * connections, and goes on when the standby is back or no longer waited for.
 */
@Tag("full")
final class SynchronousStandbyIT {
  private static final Duration NOTICED = Duration.ofSeconds(5);
  private static final Duration BACK = Duration.ofSeconds(5);
  private static final int SECONDS = 15;
  private static final int POOL = 10;

  /** The request pool, the background pool, and those that find out whether commits still wait. */
  private static final int MOST = POOL + 2 + 4;

  private static final String SESSIONS =
      "SELECT count(*) FROM pg_stat_activity WHERE usename = 'warmgate'";

  @TempDir private Path directory;

  @Test
  void isNoticedWhenItDiesAndUsesUpNoConnections() throws Exception {
    Path stack = directory.resolve("stack");
    try (Dependencies dependencies = Dependencies.start(stack);
        DebianPostgres primary = DebianPostgres.primary(Map.of("max_connections", "40"));
        DebianPostgres standby = primary.synchronousStandby()) {
      Map<String, String> settings =
          Map.of("DATABASE_URL", primary.url(), "DATABASE_POOL_SIZE", Integer.toString(POOL));
      try (ServiceProcess service = Production.service(dependencies, settings).startReady();
          ApiClient client = new ApiClient(service.baseUrl());
          UserLoad load = UserLoad.on(service.baseUrl())) {
        TimeUnit.SECONDS.sleep(2);
        standby.kill();
        long killed = System.nanoTime();
        TestStack.await(NOTICED, () -> database(client).equals("commits_wait"));
        assertThat(client.get("/health-check", "").status()).isEqualTo(503);
        int most = 0;
        while (System.nanoTime() - killed < TimeUnit.SECONDS.toNanos(SECONDS)) {
          most = Math.max(most, Integer.parseInt(primary.value(SESSIONS)));
          TimeUnit.MILLISECONDS.sleep(200);
        }
        assertThat(most).as("sessions of the service").isLessThanOrEqualTo(MOST);
        assertThat(database(client)).isEqualTo("commits_wait");
        assertThat(Production.lines(stack, "service", "commits wait for a synchronous standby"))
            .isPositive();

        standby.start();
        Duration back = load.untilLogin(System.nanoTime());
        TestStack.await(BACK, () -> database(client).equals("up"));
        TestStack.await(BACK, () -> ready(client));
        Duration silence = load.longestSilence();
        assertThat(silence).as("acknowledged alone").isGreaterThan(Duration.ofSeconds(SECONDS - 2));
        assertThat(back).isLessThan(BACK);

        standby.kill();
        TestStack.await(NOTICED, () -> database(client).equals("commits_wait"));
        primary.execute("ALTER SYSTEM SET synchronous_standby_names = ''");
        primary.execute("SELECT pg_reload_conf()");
        assertThat(load.untilLogin(System.nanoTime())).isLessThan(BACK);
        TestStack.await(BACK, () -> ready(client));

        int acknowledged = load.endWithoutLoss(service.tailOfLog());
        OutageTable.add(
            "the synchronous standby killed, and started again " + SECONDS + " s later",
            silence,
            acknowledged);
      }
    }
  }

  private static String database(ApiClient client) {
    try {
      return client.get("/api/v1/auth/ping", "").json().at("/database/status").asText();
    } catch (IOException failed) {
      return "";
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stopped);
    }
  }

  private static boolean ready(ApiClient client) {
    try {
      return client.answers("/health-check", Duration.ofSeconds(1));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stopped);
    }
  }
}
