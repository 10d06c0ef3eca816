package dev.warmgate.loadtest.compare;

import dev.warmgate.loadtest.fault.FaultProxy;
import dev.warmgate.loadtest.load.HttpConnection;
import dev.warmgate.loadtest.load.Load;
import dev.warmgate.loadtest.load.LoadResult;
import dev.warmgate.loadtest.load.ServiceUnderTest;
import dev.warmgate.loadtest.stack.ServiceProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One cold start of the service with given settings, and the first seconds of load on it. */
final class Trial {
  static final String FIRST_REQUEST = "first request, ms";
  static final String FIRST_LOGIN = "first login, ms";
  static final String LOGIN = "login p95, ms";
  static final String VERIFY = "verify p95, ms";
  static final String CPU = "CPU per request, ms";
  static final String OVERLOAD = "overloaded login p95, ms";
  static final List<String> FIGURES =
      List.of(FIRST_REQUEST, FIRST_LOGIN, LOGIN, VERIFY, CPU, OVERLOAD);

  private static final boolean SHORT = Boolean.getBoolean("gate.short");
  private static final double LOGINS_PER_SECOND = 6;
  private static final Duration LOAD = Duration.ofSeconds(SHORT ? 2 : 10);
  private static final Duration OVERLOADED = Duration.ofSeconds(SHORT ? 2 : 5);
  private static final int TIMES_CAPACITY = 4;
  private static final int TOKENS = 8;

  private final ServiceUnderTest subject;
  private final FaultProxy database;
  private final double capacity;

  /**
   * @param subject provides the databases and the tokens to verify
   * @param database the proxy in front of PostgreSQL
   * @param capacity logins per second
   */
  Trial(ServiceUnderTest subject, FaultProxy database, double capacity) {
    this.subject = subject;
    this.database = database;
    this.capacity = capacity;
  }

  Map<String, Double> run(Map<String, String> settings, boolean withOverload)
      throws IOException, InterruptedException {
    List<String> tokens = subject.tokens(TOKENS);
    Map<String, Double> figures = new HashMap<>();
    try (ServiceProcess service =
        subject.stack().replica().databaseAt(database.port()).with(settings).startReady()) {
      figures.put(
          FIRST_REQUEST, first(service.port(), HttpConnection.get("/api/v1/auth/ping", "")));
      figures.put(FIRST_LOGIN, first(service.port(), ServiceUnderTest.login(0)));
      Slice slice = Slice.measure(service.port(), service.pid(), LOGINS_PER_SECOND, LOAD, tokens);
      figures.put(LOGIN, slice.loginP95());
      figures.put(VERIFY, slice.verifyP95());
      figures.put(CPU, slice.cpuMillis());
      if (withOverload) {
        figures.put(OVERLOAD, overloaded(service.port()));
      }
    }
    return figures;
  }

  /** Measures a request over a new connection, as a first client would send it. */
  private static double first(int port, byte[] request) throws IOException {
    long began = System.nanoTime();
    try (HttpConnection connection = new HttpConnection(port)) {
      int status = connection.send(request).status();
      if (status != 200) {
        throw new IOException("the first request got the status " + status);
      }
    }
    return (System.nanoTime() - began) / 1e6;
  }

  /**
   * Returns the p95 of all logins that were not refused at once; a login that times out counts with
   * its waiting time.
   */
  private double overloaded(int port) {
    LoadResult logins =
        new Load(port).open(TIMES_CAPACITY * capacity, OVERLOADED, ServiceUnderTest::login);
    return logins.percentile(95, sample -> sample.status() != 503);
  }
}
