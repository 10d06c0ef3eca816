package dev.warmgate.database;

import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.jdbi3.InstrumentedSqlLogger;
import com.codahale.metrics.jdbi3.strategies.SmartNameStrategy;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.request.RequestContext;
import dev.warmgate.request.Timeline;
import io.dropwizard.lifecycle.Managed;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.ConnectionFactory;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.StatementExceptions;
import org.jdbi.v3.sqlobject.SqlObjectPlugin;
import org.jspecify.annotations.Nullable;

/**
 * The two pools, made once: one for requests, and a small one for everything that must work while
 * the first is exhausted (health, keys, housekeeping). PostgreSQL may be down at any time, at start
 * too: whoever asks for a connection then is refused within the acquire timeout.
 */
public final class Database implements Managed {
  private static final String REQUESTS = "requests";
  private static final int BACKGROUND_POOL_SIZE = 2;

  /**
   * By SQLSTATE: no connection, no right to connect, no such database, read-only, out of resources,
   * being shut down, too slow an answer, and undefined_table or insufficient_privilege, which mean
   * that the migrations have not run yet.
   */
  private static final List<String> OUTAGES =
      List.of("08", "28", "3D000", "25006", "53", "57P", "57014", "42P01", "42501");

  /** A connection that was there sooner was not waited for. */
  private static final long WORTH_TELLING_NANOS = 100_000;

  /**
   * PostgreSQL itself gives a statement up in time, and its connection is kept; one that does not
   * say even that so much later is closed.
   */
  private static final long SILENCE_MS = 200;

  private static final long LEAST_ANSWER_MS = 250;

  private final int maxWaiting;
  private final long patienceMs;
  private final WarmConnections requestConnections;
  private final HikariDataSource requestPool;
  private final HikariDataSource backgroundPool;
  private final Jdbi requests;
  private final Jdbi background;
  private final Jdbi unhurried;
  private volatile boolean answering;
  private volatile Migrations migrations = new Migrations(null, 0, 0);

  /**
   * @param pooled {@code false} ({@code POOL=off}) opens a connection for every use in a request;
   *     to measure what the pool is worth
   */
  public Database(DatabaseConfiguration configuration, boolean pooled, MetricRegistry metrics) {
    maxWaiting = configuration.maxWaiting();
    patienceMs = configuration.answerTimeout().toMilliseconds() + SILENCE_MS;
    requestConnections = new WarmConnections(REQUESTS, configuration.poolSize(), configuration);
    // Not for the other pool: a migration may take its time.
    requestConnections.setOptions(
        "-c statement_timeout=" + configuration.answerTimeout().toMilliseconds());
    requestPool =
        pool(REQUESTS, requestConnections, configuration.poolSize(), configuration, metrics);
    backgroundPool =
        pool(
            "background",
            new WarmConnections("background", BACKGROUND_POOL_SIZE, configuration),
            BACKGROUND_POOL_SIZE,
            configuration,
            metrics);
    requests =
        jdbi(
            pooled
                ? requestConnections.forDaos(() -> acquireInTime(requestPool))
                : requestConnections::openCold,
            metrics);
    background = jdbi(() -> acquireInTime(backgroundPool), metrics);
    unhurried = jdbi(() -> acquire(backgroundPool), metrics);
  }

  /** The pool opens nothing before its first use: most commands need no request's connection. */
  private static HikariDataSource pool(
      String name,
      WarmConnections connections,
      int size,
      DatabaseConfiguration configuration,
      MetricRegistry metrics) {
    HikariDataSource hikari = new HikariDataSource();
    hikari.setPoolName(name);
    hikari.setDataSource(connections);
    hikari.setMaximumPoolSize(size);
    hikari.setMinimumIdle(size);
    hikari.setConnectionTimeout(configuration.acquireTimeout().toMilliseconds());
    hikari.setValidationTimeout(configuration.acquireTimeout().toMilliseconds());
    // Negative: the pool starts whether or not PostgreSQL is there.
    hikari.setInitializationFailTimeout(-1);
    hikari.setMetricRegistry(metrics);
    return hikari;
  }

  private static Jdbi jdbi(ConnectionFactory connections, MetricRegistry metrics) {
    Jdbi jdbi = Jdbi.create(connections).installPlugin(new SqlObjectPlugin());
    // Else they show what is bound, addresses and hashes too, and the log shows them.
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
      if (got - asked >= WORTH_TELLING_NANOS) {
        RequestContext.record(
            Timeline.Kind.DATABASE_WAIT, pool.getPoolName() + " pool", asked, got);
      }
    }
  }

  private Connection acquireInTime(HikariDataSource pool) throws SQLException {
    long asked = System.nanoTime();
    Connection connection = acquire(pool);
    limit(connection, patienceMs - (System.nanoTime() - asked) / 1_000_000);
    return connection;
  }

  private static int waiting(HikariDataSource pool) {
    HikariPoolMXBean now = pool.getHikariPoolMXBean();
    return now == null ? 0 : now.getThreadsAwaitingConnection();
  }

  /** Holds until the connection goes back to its pool; what was waited already counts. */
  private static void limit(Connection connection, long millis) throws SQLException {
    try {
      connection.setNetworkTimeout(Runnable::run, (int) Math.max(LEAST_ANSWER_MS, millis));
    } catch (SQLException broken) {
      connection.close();
      throw broken;
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
   * The schema, as the migration left it.
   *
   * @param current the newest version; {@code null} until the migration is done
   */
  public record Migrations(@Nullable String current, int applied, int pending) {}

  Migrations migrations() {
    return migrations;
  }

  /** A DAO for work that a request waits for. */
  public <T> T dao(Class<T> type) {
    return requests.onDemand(type);
  }

  /** A DAO for work that must go on while requests hold every connection of theirs. */
  public <T> T backgroundDao(Class<T> type) {
    return background.onDemand(type);
  }

  /** A DAO for work that nobody waits for: a statement may take all of the socket's timeout. */
  public <T> T unhurriedDao(Class<T> type) {
    return unhurried.onDemand(type);
  }

  /**
   * Brings the schema up to date, with partitions for the next days; replicas that start together
   * wait for each other.
   *
   * @return the version that it has now
   * @throws IncompatibleSchema if the database was made by an older build
   * @throws RuntimeException if PostgreSQL cannot be reached, or refuses
   */
  public String migrate() {
    migrations = Schema.migrate(backgroundPool);
    unhurriedDao(PartitionDao.class).make();
    return migrations.current();
  }

  /** Gives the role of a service that owns nothing the rights that it needs. */
  public void letServe(String role) {
    unhurried.useHandle(handle -> handle.execute("SELECT let_serve(CAST(? AS name))", role));
  }

  /**
   * Adds what the login path asks, each with values that match nothing; it runs on every new
   * connection for requests, so that the server has prepared it before the first login.
   */
  public void prepare(Runnable... statements) {
    requestConnections.prepare(List.of(statements));
  }

  /**
   * Opens the connections for requests side by side; returns how many there are. The pool takes
   * them over in its own time.
   *
   * @throws IllegalStateException if PostgreSQL cannot be reached
   */
  public int fill() {
    try {
      Pool before = read(requestPool);
      int opened = requestConnections.fill(before.max() - before.active() - before.idle());
      // Starts it.
      requestPool.getConnection().close();
      return opened;
    } catch (SQLException away) {
      throw new IllegalStateException(away.getMessage(), away);
    }
  }

  /**
   * Fails if PostgreSQL does not answer; never uses a connection that a request could need. With
   * the first failure the idle connections for requests are given up, for they are dead: the pool
   * looks for new ones before a request has to.
   */
  void probe() {
    try {
      background.useHandle(handle -> handle.execute("SELECT 1"));
      answering = true;
    } catch (RuntimeException failed) {
      if (answering && requestPool.isRunning()) {
        answering = false;
        requestPool.getHikariPoolMXBean().softEvictConnections();
      }
      throw failed;
    }
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
  public void stop() throws SQLException {
    requestPool.close();
    requestConnections.close();
    backgroundPool.close();
  }
}
