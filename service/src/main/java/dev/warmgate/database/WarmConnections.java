package dev.warmgate.database;

import dev.warmgate.logging.RootCause;
import dev.warmgate.telemetry.Unrecorded;
import io.opentelemetry.context.Scope;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Supplies a pool with connections that are opened in parallel and have the important statements
 * prepared. The pool asks on its own thread, one connection at a time. While PostgreSQL is
 * unavailable, that thread tries again every 200 ms; the first connection that succeeds triggers
 * opening the others.
 */
@SuppressWarnings("serial")
final class WarmConnections extends PGSimpleDataSource {
  private static final Logger log = LoggerFactory.getLogger(WarmConnections.class);
  private static final Duration RETRY = Duration.ofMillis(200);

  /** Time for a pool to take the connections opened for it; it takes one every 30 ms. */
  private static final Duration TAKEN = Duration.ofSeconds(10);

  /** A pool, too, takes one for good that worked this short a time ago. */
  private static final Duration TRUSTED = Duration.ofMillis(500);

  private static final int VALIDATION_SECONDS = 1;

  private final String name;
  private final int size;
  private final int socketTimeoutMillis;
  private final Outage outage;
  private final ServerCheck servers;
  private final Queue<Opened> ready = new ConcurrentLinkedQueue<>();

  /** Counts {@link #discard}. */
  private final AtomicInteger era = new AtomicInteger();

  private final Preparation preparation = new Preparation();
  private volatile @Nullable SQLException failure;

  /**
   * @param era in which opening it began
   * @param at the {@link System#nanoTime} when it was prepared
   */
  private record Opened(Connection connection, int era, long at) {
    boolean works() throws SQLException {
      return System.nanoTime() - at < TRUSTED.toNanos() || connection.isValid(VALIDATION_SECONDS);
    }
  }

  WarmConnections(
      String name,
      int size,
      DatabaseConfiguration configuration,
      Outage outage,
      ServerCheck servers) {
    this.name = name;
    this.size = size;
    this.outage = outage;
    this.servers = servers;
    setUrl(configuration.url().jdbcUrl());
    setUser(configuration.url().user());
    setPassword(configuration.url().password());
    // The URL's own parameters take precedence over these two defaults.
    String application =
        configuration.url().sets("ApplicationName") ? getApplicationName() : "warmgate";
    setApplicationName(application + "-" + name);
    if (!configuration.url().sets("connectTimeout")) {
      setConnectTimeout((int) configuration.connectTimeout().toSeconds());
    }
    socketTimeoutMillis = (int) configuration.socketTimeout().toMilliseconds();
    // While it opens: a server that hangs accepts connections and then says nothing, and the driver
    // must come to the next host soon.
    int answer = (int) configuration.socketTimeout().toSeconds();
    setSocketTimeout(getConnectTimeout() > 0 ? Math.min(getConnectTimeout(), answer) : answer);
    // The server prepares statements at their first use: the login path runs few, and always the
    // same. A pooler may give each transaction another connection, which has not prepared them.
    setPrepareThreshold(configuration.pooler() == Pooler.TRANSACTION ? 0 : 1);
    // A detail of the server's error contains values of the row, such as an address.
    setLogServerErrorDetail(false);
  }

  /**
   * Does nothing: a pool would limit an attempt to connect by its own patience, over all hosts, and
   * so not come to the second while the first hangs. The time for each host is limited anyway.
   */
  @Override
  public void setLoginTimeout(int seconds) {}

  /** Sets a parameter of each session, after those that the URL sets. */
  void addOption(String name, long value) {
    String given = getOptions();
    String added = "-c " + name + "=" + value;
    setOptions(given == null ? added : given + " " + added);
  }

  /** What is run on every connection. */
  Preparation preparation() {
    return preparation;
  }

  @Override
  public Connection getConnection() throws SQLException {
    while (true) {
      Opened opened = ready.poll();
      if (opened == null) {
        opened = openForPool();
      }
      if (opened.era() != era.get()) {
        opened.connection().close();
      } else if (opened.works()) {
        return opened.connection();
      } else {
        opened.connection().close();
        // What ended it has ended the others of its time too; waiting for each would take long.
        close();
      }
    }
  }

  /** Tries until it succeeds. */
  private Opened openForPool() throws SQLException {
    while (true) {
      try {
        Opened made = openUnrecorded();
        if (failure != null) {
          failure = null;
          outage.end();
          Thread.ofVirtual().start(() -> openOthers(size - 1));
        }
        return made;
      } catch (SQLException failed) {
        failure = failed;
        outage.note(failed);
        // Jitter, so that replicas do not reconnect at the same time.
        LockSupport.parkNanos(
            RETRY.toNanos() / 2 + ThreadLocalRandom.current().nextLong(RETRY.toNanos()));
        if (Thread.interrupted()) {
          throw failed;
        }
      }
    }
  }

  /**
   * Opens a connection outside of all traces: the pool would have it in that of the request that
   * waits at this moment, which may then get another.
   */
  private Opened openUnrecorded() throws SQLException {
    try (Scope _ = Unrecorded.context().makeCurrent()) {
      return open(_ -> {});
    }
  }

  /** Gives the pool no connection whose opening began before this moment. */
  void discard() {
    era.incrementAndGet();
  }

  /** Returns why the last attempt of the pool to connect failed; null if it did not. */
  @Nullable SQLException failure() {
    return failure;
  }

  /**
   * Opens a connection for the pool to take. The first one loads the classes and parses the
   * statements that the others, in parallel, then find loaded and parsed.
   *
   * @param done is told each part of it when it is done
   */
  void openFirst(Consumer<String> done) throws SQLException {
    ready.add(open(done));
    closeUntaken();
  }

  /** Opens connections for the pool to take, in parallel; returns how many. */
  int openOthers(int wanted) {
    List<Future<Opened>> opening = new ArrayList<>();
    int opened = 0;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < wanted; i++) {
        opening.add(threads.submit(() -> open(_ -> {})));
      }
      for (Future<Opened> one : opening) {
        try {
          ready.add(one.get());
          opened++;
        } catch (ExecutionException failed) {
          log.debug("a connection was not opened pool={}: {}", name, RootCause.of(failed));
        }
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    closeUntaken();
    return opened;
  }

  /**
   * Later closes the connections that the pool did not need, because it opened others meanwhile.
   */
  private void closeUntaken() {
    Thread.ofVirtual()
        .start(() -> {
          try {
            Thread.sleep(TAKEN);
            close();
          } catch (SQLException | InterruptedException nothingToClose) {
            return;
          }
        });
  }

  /** Opens a connection and prepares it. */
  private Opened open(Consumer<String> done) throws SQLException {
    int begun = era.get();
    Connection connection = openCold();
    done.accept("connected in");
    try {
      preparation.prepare(connection);
      done.accept("prepared in");
      return new Opened(connection, begun, System.nanoTime());
    } catch (SQLException lost) {
      connection.close();
      throw lost;
    }
  }

  /**
   * Opens a connection without preparing it.
   *
   * @throws SQLException also if it leads to a former primary; the next attempt begins with another
   *     host
   */
  Connection openCold() throws SQLException {
    Connection connection;
    try {
      connection = super.getConnection();
    } catch (SQLException failed) {
      throw servers.explained(failed);
    }
    try {
      connection.setNetworkTimeout(Runnable::run, socketTimeoutMillis);
      servers.check(connection);
      return connection;
    } catch (SQLException refused) {
      connection.close();
      beginWithAnotherHost();
      throw refused;
    }
  }

  /** The driver asks the hosts in their order, and takes the first that fits. */
  private synchronized void beginWithAnotherHost() {
    String[] hosts = getServerNames();
    int[] ports = getPortNumbers();
    Collections.rotate(Arrays.asList(hosts), -1);
    int first = ports[0];
    System.arraycopy(ports, 1, ports, 0, ports.length - 1);
    ports[ports.length - 1] = first;
    setServerNames(hosts);
    setPortNumbers(ports);
  }

  @Override
  public synchronized String getUrl() {
    return super.getUrl();
  }

  /** Closes the connections that no pool has taken. */
  void close() throws SQLException {
    for (Opened left = ready.poll(); left != null; left = ready.poll()) {
      left.connection().close();
    }
  }
}
