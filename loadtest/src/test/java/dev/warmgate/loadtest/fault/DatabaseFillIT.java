package dev.warmgate.loadtest.fault;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import dev.warmgate.database.Database;
import dev.warmgate.database.DatabaseConfiguration;
import dev.warmgate.database.DatabaseHealthCheck;
import dev.warmgate.database.DatabaseUrl;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Checks how the connection pool fills over a slow or interrupted network. */
final class DatabaseFillIT {
  private static final Duration DELAY = Duration.ofMillis(25);
  private static final int SIZE = 10;

  private EmbeddedPostgres postgres;
  private FaultProxy proxy;

  /** A minimal stand-in for the queries of a login. */
  public interface ExampleDao {
    @SqlQuery("SELECT :id = '00000000-0000-0000-0000-000000000000'::uuid AS example")
    boolean isExample(UUID id);

    @SqlQuery("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%AS example'")
    int prepared();
  }

  @BeforeEach
  void start() throws IOException {
    postgres = EmbeddedPostgres.start();
    proxy = FaultProxy.to(postgres.getPort());
  }

  @AfterEach
  void stop() throws IOException {
    proxy.close();
    postgres.close();
  }

  private Database database(int size) {
    DatabaseUrl url =
        DatabaseUrl.parse("postgres://postgres:postgres@127.0.0.1:" + proxy.port() + "/postgres");
    Database database =
        new Database(
            DatabaseConfiguration.defaults(url).withPoolSize(size), true, new MetricRegistry());
    ExampleDao dao = database.dao(ExampleDao.class);
    database.prepare(() -> dao.isExample(UUID.randomUUID()));
    return database;
  }

  private static void fill(Database database) {
    int size = database.pools().getFirst().max();
    database.openFirst(_ -> {});
    assertThat(database.openOthers()).isEqualTo(size - 1);
  }

  private Duration fill(int size) throws SQLException {
    Database database = database(size);
    try {
      long started = System.nanoTime();
      fill(database);
      return Duration.ofNanos(System.nanoTime() - started);
    } finally {
      database.stop();
    }
  }

  @Test
  void opensTenConnectionsInAboutTheTimeOfOne() throws Exception {
    fill(1);
    proxy.delay(DELAY);

    Duration one = fill(1);
    Duration ten = fill(SIZE);

    assertThat(one).as("one connection takes several round trips").isGreaterThan(DELAY);
    assertThat(ten).isLessThan(one.multipliedBy(3));
  }

  @Test
  void opensOneConnectionUntilTheOthersAreAskedFor() throws Exception {
    Database database = database(SIZE);
    try {
      database.openFirst(_ -> {});
      // A pool first looks for what is missing after 100 ms.
      Thread.sleep(300);
      assertThat(database.pools().getFirst().idle()).isEqualTo(1);
      assertThat(database.openOthers()).isEqualTo(SIZE - 1);
      awaitIdle(database, SIZE);
    } finally {
      database.stop();
    }
  }

  @Test
  void preparesTheStatementsOnEveryConnection() throws Exception {
    Database database = database(1);
    try {
      fill(database);
      assertThat(database.dao(ExampleDao.class).prepared()).isEqualTo(1);
    } finally {
      database.stop();
    }
  }

  @Test
  void refillsInParallelWhenTheDatabaseIsBack() throws Exception {
    Database database = database(SIZE);
    DatabaseHealthCheck check = new DatabaseHealthCheck(database);
    try {
      fill(database);
      awaitIdle(database, SIZE);
      assertThat(check.execute().isHealthy()).isTrue();

      proxy.cut();
      assertThat(check.execute().isHealthy()).isFalse();
      awaitIdle(database, 0);

      proxy.heal();
      awaitIdle(database, SIZE);
      assertThat(database.dao(ExampleDao.class).prepared()).isEqualTo(1);
      assertThat(check.execute().isHealthy()).isTrue();
    } finally {
      database.stop();
    }
  }

  private static void awaitIdle(Database database, int wanted) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(15).toNanos();
    List<Database.Pool> pools = database.pools();
    while (pools.getFirst().idle() != wanted && System.nanoTime() < end) {
      Thread.sleep(10);
      pools = database.pools();
    }
    assertThat(pools.getFirst().idle()).isEqualTo(wanted);
  }
}
