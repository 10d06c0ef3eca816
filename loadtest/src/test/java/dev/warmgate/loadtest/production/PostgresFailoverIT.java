package dev.warmgate.loadtest.production;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.loadtest.fault.FaultProxy;
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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Kills, freezes or cuts off a primary under load and promotes its synchronous standby: logins come
 * back, nothing acknowledged is lost, and the old primary acknowledges nothing when it comes back.
 */
@Tag("full")
final class PostgresFailoverIT {
  private static final Duration BACK = Duration.ofSeconds(5);

  /** For this long the driver remembers that a host did not answer. */
  private static final Duration RECHECK = Duration.ofSeconds(11);

  private static final int WRITES = 5;
  private static final String IS_STANDBY = "SELECT pg_is_in_recovery()";
  private static final String SESSIONS = "SELECT count(*) FROM session";
  private static final String ACCOUNTS = "SELECT count(*) FROM account";

  /** Without those whose commit still waits for the standby, and whose client has gone. */
  private static final String CLIENTS =
      "SELECT count(*) FROM pg_stat_activity"
          + " WHERE usename = 'warmgate' AND wait_event IS DISTINCT FROM 'SyncRep'";

  private static final String TERMINATE =
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'warmgate'";

  /** No promise of the service: a busy machine may take long to start it. */
  private static final Duration START = Duration.ofMinutes(3);

  @TempDir private Path directory;

  @ParameterizedTest
  @EnumSource
  void losesNothingWhenTheStandbyTakesOver(Fault fault) throws Exception {
    Path stack = directory.resolve("stack");
    try (Dependencies dependencies = Dependencies.start(stack);
        DebianPostgres old = DebianPostgres.primary(Map.of());
        DebianPostgres standby = old.synchronousStandby();
        FaultProxy network = FaultProxy.to(old.port())) {
      String first = fault == Fault.CUT_OFF ? "127.0.0.1:" + network.port() : old.host();
      String url = old.url(first + "," + standby.host(), "?target_session_attrs=primary");
      try (ServiceProcess service =
              Production.service(dependencies, Map.of("DATABASE_URL", url)).startReady();
          UserLoad load = UserLoad.on(service.baseUrl())) {
        TimeUnit.SECONDS.sleep(3);
        switch (fault) {
          case KILLED -> old.kill();
          case FROZEN -> old.freeze();
          case CUT_OFF -> network.blackhole();
        }
        TimeUnit.SECONDS.sleep(1);
        standby.promote();
        Duration back = load.untilLogin(System.nanoTime());
        Duration silence = load.longestSilence();
        TimeUnit.SECONDS.sleep(3);

        switch (fault) {
          case KILLED -> old.start();
          case FROZEN -> old.resume();
          case CUT_OFF -> network.heal();
        }
        assertThat(old.value(IS_STANDBY)).isEqualTo("f");
        assertThat(standby.value(IS_STANDBY)).isEqualTo("f");
        String before = old.value(SESSIONS);
        // Until then the driver does not ask the old primary, which is the first of its hosts.
        TimeUnit.SECONDS.sleep(RECHECK.toSeconds());
        standby.execute(TERMINATE);
        Duration again = load.untilLogin(System.nanoTime());
        TimeUnit.SECONDS.sleep(3);
        TestStack.await(BACK, () -> old.value(CLIENTS).equals("0"));
        assertThat(standby.value(CLIENTS)).isNotEqualTo("0");
        assertThat(old.value(SESSIONS)).isEqualTo(before);
        assertThat(Production.lines(stack, "service", "a former primary is back")).isPositive();

        int acknowledged = load.endWithoutLoss(service.tailOfLog());
        assertThat(back).isLessThan(BACK);
        assertThat(again).isLessThan(BACK);
        OutageTable.add(
            "PostgreSQL's primary " + fault + ", the standby promoted 1 s later",
            silence,
            acknowledged);
      }
      acknowledgesNothing(dependencies, old);
    }
  }

  /** A service that knows only the old primary: its commits wait for a standby that is gone. */
  private static void acknowledgesNothing(Dependencies dependencies, DebianPostgres old)
      throws IOException, InterruptedException {
    try (ServiceProcess misled =
            Production.service(dependencies, Map.of("DATABASE_URL", old.url()))
                .named("misled")
                .start();
        ApiClient client = new ApiClient(misled.baseUrl())) {
      TestStack.await(START, () -> answers(client));
      String before = old.value(ACCOUNTS);
      for (int i = 0; i < WRITES; i++) {
        String account = TestStack.credentials(TestStack.newEmail());
        assertThat(client.post("/api/v1/auth/register", "", account).status()).isEqualTo(503);
      }
      assertThat(old.value(ACCOUNTS)).as("committed").isEqualTo(before);
    }
  }

  private static boolean answers(ApiClient client) {
    try {
      return client.answers("/api/v1/auth/ping", Duration.ofSeconds(1));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
