package dev.warmgate.database;

import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.jdbi3.InstrumentedSqlLogger;
import com.codahale.metrics.jdbi3.strategies.SmartNameStrategy;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.telemetry.Timeline;
import io.dropwizard.lifecycle.Managed;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.sqlobject.SqlObjectPlugin;

/**
 * The two pools, made once: one for requests, and a small one for everything that must work while
 * the first is exhausted (health, keys, housekeeping). PostgreSQL may be down at any time, at start
 * too: whoever asks for a connection then is refused within the acquire timeout.
 */
public final class Database implements Managed {
  private static final int BACKGROUND_POOL_SIZE = 2;

  /**
   * By SQLSTATE: no connection, no right to connect, no such database, read-only, out of resources,
   * being shut down, and undefined_table, which means that the migrations have not run yet.
   */
  private static final List<String> OUTAGES =
      List.of("08", "28", "3D000", "25006", "53", "57P", "42P01");

  /** A connection that was there sooner was not waited for. */
  private static final long WORTH_TELLING_NANOS = 100_000;

  private final HikariDataSource requestPool;
  private final HikariDataSource backgroundPool;
  private final Jdbi requests;
  private final Jdbi background;

  public Database(DatabaseConfiguration configuration, MetricRegistry metrics) {
    requestPool = pool("requests", configuration.poolSize(), configuration, metrics);
    backgroundPool = pool("background", BACKGROUND_POOL_SIZE, configuration, metrics);
    requests = jdbi(requestPool, metrics);
    background = jdbi(backgroundPool, metrics);
  }

  private static HikariDataSource pool(
      String name, int size, DatabaseConfiguration configuration, MetricRegistry metrics) {
    HikariConfig hikari = new HikariConfig();
    hikari.setPoolName(name);
    hikari.setMaximumPoolSize(size);
    hikari.setMinimumIdle(size);
    hikari.setConnectionTimeout(configuration.acquireTimeout().toMilliseconds());
    hikari.setValidationTimeout(configuration.acquireTimeout().toMilliseconds());
    // Negative: the pool starts whether or not PostgreSQL is there.
    hikari.setInitializationFailTimeout(-1);
    hikari.setMetricRegistry(metrics);
    hikari.setJdbcUrl(configuration.url().jdbcUrl());
    hikari.setUsername(configuration.url().user());
    hikari.setPassword(configuration.url().password());
    hikari.addDataSourceProperty("ApplicationName", "warmgate-" + name);
    hikari.addDataSourceProperty("connectTimeout", configuration.connectTimeout().toSeconds());
    hikari.addDataSourceProperty("socketTimeout", configuration.socketTimeout().toSeconds());
    // Prepared on the server from the first use on: the login path runs few statements, always the
    // same.
    hikari.addDataSourceProperty("prepareThreshold", 1);
    return new HikariDataSource(hikari);
  }

  private static Jdbi jdbi(HikariDataSource pool, MetricRegistry metrics) {
    Jdbi jdbi = Jdbi.create(() -> acquire(pool)).installPlugin(new SqlObjectPlugin());
    jdbi.setSqlLogger(
        new TimelineSqlLogger(new InstrumentedSqlLogger(metrics, new SmartNameStrategy())));
    return jdbi;
  }

  private static Connection acquire(HikariDataSource pool) throws SQLException {
    long asked = System.nanoTime();
    try {
      return pool.getConnection();
    } finally {
      long got = System.nanoTime();
      if (got - asked >= WORTH_TELLING_NANOS) {
        Timeline.record(Timeline.Kind.DATABASE_WAIT, pool.getPoolName() + " pool", asked, got);
      }
    }
  }

  /**
   * A pool as it is now.
   *
   * @param pending requests that wait for a connection
   * @param max connections it may have
   */
  public record Pool(String name, int active, int idle, int pending, int max) {}

  public List<Pool> pools() {
    return List.of(read(requestPool), read(backgroundPool));
  }

  private static Pool read(HikariDataSource pool) {
    HikariPoolMXBean now = pool.getHikariPoolMXBean();
    return new Pool(
        pool.getPoolName(),
        now.getActiveConnections(),
        now.getIdleConnections(),
        now.getThreadsAwaitingConnection(),
        pool.getMaximumPoolSize());
  }

  /** A DAO for work that a request waits for. */
  public <T> T dao(Class<T> type) {
    return requests.onDemand(type);
  }

  /** A DAO for work that must go on while requests hold every connection of theirs. */
  public <T> T backgroundDao(Class<T> type) {
    return background.onDemand(type);
  }

  /**
   * Brings the schema up to date; replicas that start together wait for each other.
   *
   * @throws RuntimeException if PostgreSQL cannot be reached or refuses a migration
   */
  public void migrate() {
    Flyway.configure().dataSource(backgroundPool).load().migrate();
  }

  /** Fails if PostgreSQL does not answer; never uses a connection that a request could need. */
  void probe() {
    background.useHandle(handle -> handle.execute("SELECT 1"));
  }

  /**
   * Recognises what a request throws because PostgreSQL is away, starting, full or set up wrongly.
   */
  public static Optional<ProblemType> outage(Throwable thrown) {
    if (!(thrown instanceof SQLException failure)) {
      return Optional.empty();
    }
    String state = failure.getSQLState() == null ? "08000" : failure.getSQLState();
    return OUTAGES.stream().anyMatch(state::startsWith)
        ? Optional.of(ProblemType.DATABASE_UNAVAILABLE)
        : Optional.empty();
  }

  @Override
  public void stop() {
    requestPool.close();
    backgroundPool.close();
  }
}
