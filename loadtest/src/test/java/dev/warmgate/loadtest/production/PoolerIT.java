package dev.warmgate.loadtest.production;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.loadtest.stack.Dependencies;
import dev.warmgate.loadtest.stack.ServiceProcess;
import dev.warmgate.loadtest.testkit.TestStack;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Puts PgBouncer in transaction mode between the service and PostgreSQL: with the switch no login
 * fails, without it one line names the pooler and the setting.
 */
@Tag("full")
final class PoolerIT {
  private static final String WITHOUT_SESSIONS = "ignore_startup_parameters = options";
  private static final String KEEPS_STATEMENTS = "max_prepared_statements = 100";

  /** As long as a service may take to start. */
  private static final Duration STARTS = Duration.ofSeconds(90);

  @TempDir private static Path root;

  private static Path directory;
  private static Dependencies dependencies;
  private static DebianPostgres postgres;

  @BeforeAll
  static void start() throws Exception {
    directory = root.resolve("stack");
    dependencies = Dependencies.start(directory);
    postgres = DebianPostgres.primary(Map.of());
  }

  @AfterAll
  static void stop() throws Exception {
    dependencies.close();
    postgres.close();
  }

  @Test
  void failsNoLoginBehindDebiansPgBouncer() throws Exception {
    try (PgBouncer pooler = PgBouncer.of(postgres)) {
      failsNothing(pooler, "transaction", "PgBouncer of Debian 12 in between");
    }
  }

  @Test
  void failsNoLoginWithPreparedStatementsBehindANewerPgBouncer() throws Exception {
    try (PgBouncer pooler = PgBouncer.newer(postgres, KEEPS_STATEMENTS)) {
      failsNothing(pooler, "prepared", "PgBouncer of Debian 13 in between, prepared statements");
    }
  }

  private void failsNothing(PgBouncer pooler, String mode, String what) throws Exception {
    Map<String, String> settings =
        Map.of("DATABASE_URL", url(pooler), "DATABASE_POOLER", mode, "DATABASE_POOL_SIZE", "10");
    try (ServiceProcess service =
            Production.service(dependencies, settings).named(mode).startReady();
        UserLoad load = UserLoad.on(service.baseUrl())) {
      TimeUnit.SECONDS.sleep(8);
      int acknowledged = load.endWithoutLoss(service.tailOfLog());
      assertThat(load.failedLogins()).as(pooler.log()).isEmpty();
      assertThat(load.unanswered()).as(pooler.log()).isZero();
      assertThat(Production.lines(directory, mode, "pooler")).isZero();
      OutageTable.add(what, load.longestSilence(), acknowledged);
    }
  }

  @Test
  void namesThePoolerThatRefusesTheParametersOfASession() throws Exception {
    try (PgBouncer pooler = PgBouncer.of(postgres)) {
      names(pooler, "refusing", "set database.pooler, DATABASE_POOLER=transaction");
    }
  }

  @Test
  void namesAPoolerThatIgnoresTheParametersOfASession() throws Exception {
    try (PgBouncer pooler = PgBouncer.of(postgres, WITHOUT_SESSIONS)) {
      names(pooler, "ignoring", "set database.pooler, DATABASE_POOLER=transaction");
    }
  }

  private static void names(PgBouncer pooler, String service, String line) throws Exception {
    try (ServiceProcess _ =
        Production.service(dependencies, Map.of("DATABASE_URL", url(pooler)))
            .named(service)
            .start()) {
      TestStack.await(STARTS, () -> Production.lines(directory, service, line) == 1);
      TimeUnit.SECONDS.sleep(2);
      assertThat(Production.lines(directory, service, "pooler")).isEqualTo(1);
    }
  }

  private static String url(PgBouncer pooler) {
    return postgres.url(pooler.host(), "");
  }
}
