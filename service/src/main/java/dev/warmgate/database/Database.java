package dev.warmgate.database;

import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.jdbi3.InstrumentedSqlLogger;
import com.codahale.metrics.jdbi3.strategies.SmartNameStrategy;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import dev.warmgate.request.RequestContext;
import dev.warmgate.request.Timeline;
import io.dropwizard.lifecycle.Managed;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jdbi.v3.core.ConnectionFactory;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.ColonPrefixSqlParser;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.SqlParser;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jdbi.v3.core.statement.StatementExceptions;
import org.jdbi.v3.sqlobject.SqlObjectPlugin;
import org.jspecify.annotations.Nullable;

/**
 * The two connection pools: one for requests, and a small one for work that must go on while the
 * first is exhausted (health, keys, housekeeping). PostgreSQL may be unavailable at any time, also
 * at the start; calls then fail within the acquire timeout.
 */
public final class Database implements Managed {
  private static final String REQUESTS = "requests";
  private static final int BACKGROUND_POOL_SIZE = 2;

  /** Well below the time in which a request is answered. */
  static final Duration MIGRATION_LOCK_WAIT = Duration.ofMillis(250);

  /** Shorter waits are not recorded: a connection was free. */
  private static final long RECORDED_WAIT_NANOS = 100_000;

  /**
   * PostgreSQL cancels a slow statement itself and keeps the connection. If it does not answer
   * within this time after that, the connection is closed.
   */
  private static final long CANCEL_GRACE_MS = 200;

  private static final long MIN_NETWORK_TIMEOUT_MS = 250;

  /** Remembers what it has parsed, which costs more than to run it: one for all pools. */
  private static final SqlParser PARSER = new ColonPrefixSqlParser();

  private final String setting;
  private final Pooler pooler;
  private final Duration migrationPatience;
  private final int maxWaiting;
  private final long networkTimeoutMs;
  private final WarmConnections requestConnections;
  private final ConnectionPool requestPool;
  private final HikariDataSource backgroundPool;
  private final Jdbi requests;
  private final Jdbi background;
  private final Jdbi unhurried;
  private final WriteProbe probe;
  private volatile Migrations migrations = new Migrations(null, 0, 0, false);

  /**
   * @param pooled {@code false} ({@code POOL=off}) opens a connection for every use in a request,
   *     to measure the effect of the pool
   */
  public Database(DatabaseConfiguration configuration, boolean pooled, MetricRegistry metrics) {
    maxWaiting = configuration.maxWaiting();
    networkTimeoutMs = configuration.answerTimeout().toMilliseconds() + CANCEL_GRACE_MS;
    setting = configuration.setting();
    pooler = configuration.pooler();
    // The service's warm-up tries again anyway; the command migrate has time.
    migrationPatience = configuration.socketTimeout().toJavaDuration();
    Outage outage = new Outage(setting);
    ServerCheck servers = new ServerCheck(configuration);
    requestConnections =
        new WarmConnections(REQUESTS, configuration.poolSize(), configuration, outage, servers);
    if (pooler == Pooler.NONE) {
      // The background pool has neither: it migrates, also for commands that name no pooler.
      requestConnections.addOption(
          "statement_timeout", configuration.answerTimeout().toMilliseconds());
      // Compiling a plan may take seconds, where PostgreSQL expects it to read many rows.
      requestConnections.addOption("jit", 0);
    }
    requestPool =
        new ConnectionPool(
            REQUESTS, requestConnections, configuration.poolSize(), configuration, metrics);
    backgroundPool =
        new ConnectionPool(
            "background",
            new WarmConnections("background", BACKGROUND_POOL_SIZE, configuration, outage, servers),
            BACKGROUND_POOL_SIZE,
            configuration,
            metrics);
    requests =
        jdbi(
            pooled
                ? requestConnections.preparation().forDaos(() -> acquireInTime(requestPool))
                : requestConnections::openCold,
            metrics);
    background = jdbi(() -> acquireInTime(backgroundPool), metrics);
    unhurried = jdbi(() -> acquire(backgroundPool), metrics);
    probe = new WriteProbe(background, backgroundPool, requestPool, requestConnections);
  }

  private static Jdbi jdbi(ConnectionFactory connections, MetricRegistry metrics) {
    Jdbi jdbi = Jdbi.create(connections).installPlugin(new SqlObjectPlugin());
    jdbi.registerRowMapper(new RecordRows());
    jdbi.getConfig(SqlStatements.class).setSqlParser(PARSER);
    // Otherwise exception messages, and so the log, contain bound values such as addresses and
    // hashes.
    jdbi.getConfig(StatementExceptions.class)
        .setMessageRendering(StatementExceptions.MessageRendering.NONE);
    jdbi.setSqlLogger(new TimelineSqlLogger(loggers(metrics), loggers(new MetricRegistry())));
    return jdbi;
  }

  private static List<SqlLogger> loggers(MetricRegistry metrics) {
    return List.of(
        new InstrumentedSqlLogger(metrics, new SmartNameStrategy()),
        new InstrumentedSqlLogger(metrics, statement -> DatabasePerformance.ALL_STATEMENTS));
  }

  private Connection acquire(HikariDataSource pool) throws SQLException {
    if (waiting(pool) >= maxWaiting) {
      throw new SQLTransientConnectionException("too many requests wait for a connection", "08000");
    }
    long asked = System.nanoTime();
    try {
      return pool.getConnection();
    } finally {
      long got = System.nanoTime();
      if (got - asked >= RECORDED_WAIT_NANOS) {
        RequestContext.record(
            Timeline.Kind.DATABASE_WAIT, pool.getPoolName() + " pool", asked, got);
      }
    }
  }

  private Connection acquireInTime(HikariDataSource pool) throws SQLException {
    long asked = System.nanoTime();
    Connection connection = acquire(pool);
    limit(connection, networkTimeoutMs - (System.nanoTime() - asked) / 1_000_000);
    return connection;
  }

  private static int waiting(HikariDataSource pool) {
    HikariPoolMXBean now = pool.getHikariPoolMXBean();
    return now == null ? 0 : now.getThreadsAwaitingConnection();
  }

  /** Applies until the connection returns to its pool. The time spent waiting for it counts. */
  private static void limit(Connection connection, long millis) throws SQLException {
    try {
      connection.setNetworkTimeout(Runnable::run, (int) Math.max(MIN_NETWORK_TIMEOUT_MS, millis));
    } catch (SQLException broken) {
      connection.close();
      throw broken;
    }
  }

  /**
   * The current state of a pool.
   *
   * @param pending number of requests that wait for a connection
   * @param max maximum number of connections
   */
  public record Pool(String name, int active, int idle, int pending, int max) {}

  public List<Pool> pools() {
    return List.of(read(requestPool), read(backgroundPool));
  }

  private static Pool read(HikariDataSource pool) {
    HikariPoolMXBean now = pool.getHikariPoolMXBean();
    if (now == null) {
      return new Pool(pool.getPoolName(), 0, 0, 0, pool.getMaximumPoolSize());
    }
    return new Pool(
        pool.getPoolName(),
        now.getActiveConnections(),
        now.getIdleConnections(),
        now.getThreadsAwaitingConnection(),
        pool.getMaximumPoolSize());
  }

  /**
   * The state of the schema after the migration.
   *
   * @param current the newest version; {@code null} until the migration is done
   * @param migrated whether this start migrated, or waited for a replica that did
   */
  public record Migrations(@Nullable String current, int applied, int pending, boolean migrated) {}

  Migrations migrations() {
    return migrations;
  }

  /** A DAO for work that a request waits for. */
  public <T> T dao(Class<T> type) {
    return requests.onDemand(type);
  }

  /** A DAO for work that must go on while requests hold all their connections. */
  public <T> T backgroundDao(Class<T> type) {
    return background.onDemand(type);
  }

  /** A DAO for work that nobody waits for; a statement may take as long as the socket timeout. */
  public <T> T unhurriedDao(Class<T> type) {
    return unhurried.onDemand(type);
  }

  /**
   * Opens a connection that a command keeps for many statements and closes itself. A statement may
   * take as long as the socket timeout.
   */
  public Handle open() {
    return unhurried.open();
  }

  /**
   * Brings the schema up to date and makes the partitions of the next days; replicas that start
   * together wait for each other.
   *
   * @return the version of the schema
   * @throws IncompatibleSchema if the database was made by an older build
   * @throws RuntimeException if PostgreSQL cannot be reached, or refuses
   */
  public String migrate() {
    migrations = Schema.migrate(backgroundPool, pooler, migrationPatience);
    makePartitions();
    return migrations.current();
  }

  /**
   * Makes the partitions of the next days, also for a command that no service ran before for long.
   *
   * @throws IllegalStateException if there is no schema of this build that the role may use
   */
  public void makePartitions() {
    Schema.makePartitions(unhurriedDao(PartitionDao.class));
  }

  /** Grants the role of a service that owns nothing the rights that it needs. */
  public void letServe(String role) {
    Schema.letServe(unhurriedDao(PartitionDao.class), role);
  }

  /**
   * Adds the statements of the login path. They run on every new connection for requests, in a
   * transaction that is rolled back, so that the server has prepared them before the first login.
   */
  public void prepare(Runnable... statements) {
    requestConnections.preparation().add(List.of(statements));
  }

  /**
   * Opens the first connection for requests; until {@link #openOthers}, the pool opens more only
   * for requests that wait.
   *
   * @param done is told each part of it when it is done
   * @throws IllegalStateException if PostgreSQL cannot be reached
   */
  public void openFirst(Consumer<String> done) {
    requestPool.openFirst(done);
  }

  /**
   * Opens the other connections for requests, in parallel, and returns how many. The pool takes
   * them over later.
   *
   * @throws IllegalStateException if PostgreSQL cannot be reached
   */
  public int openOthers() {
    return requestPool.openOthers();
  }

  /**
   * Returns what PostgreSQL accepts; never uses a connection that a request could need.
   *
   * @throws RuntimeException if PostgreSQL does not answer
   */
  WriteProbe.State state() {
    return probe.state();
  }

  @Override
  public void stop() throws SQLException {
    requestPool.close();
    requestConnections.close();
    backgroundPool.close();
  }
}
