package dev.warmgate.loadtest.benchmark;

import dev.warmgate.loadtest.Stack;
import dev.warmgate.loadtest.StackOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * The measured service, with its own PostgreSQL and Redis and some accounts. Its rate limits are
 * active but too high to be reached.
 */
public final class Subject implements AutoCloseable {
  /** Enough accounts that none exceeds its limit of sessions, whose oldest would be ended. */
  static final int ACCOUNTS = 200;

  /** HotSpot's optimizing compiler compiles a method after about 5,000 calls. */
  private static final long SETTLED_LOGINS = 8000;

  private static final Duration SETTLING_LIMIT = Bench.seconds(360, 3);

  private static final String LIMITS =
      Stream.of("login", "register", "refresh", "password", "other")
          .map(limit -> "-Ddw.rate_limits." + limit + "=1000000/1m")
          .reduce("", (all, one) -> all + " " + one)
          .strip();
  private static final String AUTH = "/api/v1/auth/";

  private final Path directory;
  private final AtomicInteger turn = new AtomicInteger();
  private final Stack stack;
  private final long pid;

  private Subject(Path directory, Stack stack) {
    this.directory = directory;
    this.stack = stack;
    this.pid = newestService();
  }

  static Subject start(boolean withAgent) throws IOException, InterruptedException {
    return start(Path.of(System.getProperty("warmgate.root")), withAgent);
  }

  /**
   * @param project the checkout whose build to measure
   */
  public static Subject start(Path project, boolean withAgent)
      throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("warmgate-bench");
    Map<String, String> environment =
        Map.of("AGENT", withAgent ? "on" : "off", "JAVA_TOOL_OPTIONS", LIMITS);
    StackOptions options = new StackOptions(project, directory, 0, 0, false, environment);
    if (!withAgent) {
      // Records the start cache if this build has none, because a recording service is slower.
      Stack.startedUntilExit(options, line -> {}).close();
    }
    // Stops at exit even if the benchmark is interrupted: PostgreSQL would otherwise keep running.
    Stack stack = Stack.startedUntilExit(options, line -> {});
    Subject subject = new Subject(directory, stack);
    for (int i = 0; i < ACCOUNTS; i++) {
      subject.register(credentials(i));
    }
    return subject;
  }

  private Connection.Answer register(String credentials) throws IOException {
    Connection.Answer made = send(Connection.post(AUTH + "register", credentials));
    if (made.status() != 201) {
      close();
      throw new IOException("cannot create an account: " + made);
    }
    return made;
  }

  /**
   * Returns an access token for the whole run, from a new account: the load opens so many sessions
   * that the oldest ones of its accounts may end.
   */
  public String token() throws IOException {
    return register(
            "{\"email\":\"%s@example.com\",\"password\":\"seven quiet lanterns\"}"
                .formatted(UUID.randomUUID()))
        .field("access_token");
  }

  /** Returns the id of the service process; the most recent one has the highest id. */
  private static long newestService() {
    return ProcessHandle.current()
        .descendants()
        .filter(child -> child.info().commandLine().orElse("").contains("warmgate.jar"))
        .mapToLong(ProcessHandle::pid)
        .max()
        .orElseThrow();
  }

  /** Returns the settings for a {@code SecondService} with the same rate limits. */
  public static Map<String, String> limits() {
    return Map.of("JAVA_TOOL_OPTIONS", LIMITS);
  }

  public Path directory() {
    return directory;
  }

  public int port() {
    return stack.address().port();
  }

  public long pid() {
    return pid;
  }

  Load load() {
    return new Load(port());
  }

  private static String credentials(int number) {
    return "{\"email\":\"bench-%d@example.com\",\"password\":\"seven quiet lanterns\"}"
        .formatted(number % ACCOUNTS);
  }

  /** Returns the login request of one of the accounts. */
  public static byte[] login(int number) {
    return Connection.post(AUTH + "login", credentials(number));
  }

  static byte[] refresh(String token) {
    return Connection.post(AUTH + "refresh", "{\"refresh_token\":\"" + token + "\"}");
  }

  public static byte[] me(String accessToken) {
    return Connection.get(AUTH + "me", accessToken);
  }

  public Connection.Answer send(byte[] request) throws IOException {
    try (Connection connection = new Connection(port())) {
      return connection.send(request);
    }
  }

  /** Sends logins in a closed loop. */
  public Outcome logins(int clients, Duration time) throws InterruptedException {
    return load()
        .closed(
            clients, time, (connection, client) -> connection.send(login(turn.getAndIncrement())));
  }

  /** Sends logins until the JIT compiler has probably settled, or a time limit passes. */
  void settle(int clients) throws InterruptedException {
    long end = System.nanoTime() + SETTLING_LIMIT.toNanos();
    long done = 0;
    while (done < SETTLED_LOGINS && System.nanoTime() < end) {
      done += logins(clients, Bench.seconds(10, 3)).count(200);
    }
  }

  @Override
  public void close() throws IOException {
    stack.close();
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path entry : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(entry);
      }
    }
  }
}
