package dev.warmgate.loadtest.load;

import dev.warmgate.loadtest.http.Json;
import dev.warmgate.loadtest.stack.Stack;
import dev.warmgate.loadtest.stack.StackOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * The measured service, with its own PostgreSQL and Redis and some accounts. Its rate limits are
 * active but too high to be reached.
 */
public final class ServiceUnderTest implements AutoCloseable {
  /** Enough accounts that none exceeds its limit of sessions, whose oldest would be ended. */
  static final int ACCOUNTS = 2_000;

  /**
   * HotSpot's optimizing compiler compiles a method after about 15,000 calls (jvm.options), and
   * then takes much of a processor for half a minute.
   */
  private static final long SETTLED_LOGINS = 20_000;

  private static final Duration SETTLING_STEP = Duration.ofSeconds(10);

  private static final String LIMITS =
      Stream.of("login", "register", "refresh", "password", "other")
          .map(limit -> "-Ddw.rate_limits." + limit + "=1000000/1m")
          .reduce("", (all, one) -> all + " " + one)
          .strip();
  private static final String AUTH = "/api/v1/auth/";
  private static final String PASSWORD = "seven quiet lanterns";

  private final Path directory;
  private final AtomicInteger turn = new AtomicInteger();
  private final Stack stack;

  private ServiceUnderTest(Path directory, Stack stack) {
    this.directory = directory;
    this.stack = stack;
  }

  public static ServiceUnderTest start(boolean withAgent) throws IOException, InterruptedException {
    return start(Path.of(System.getProperty("warmgate.root")), withAgent);
  }

  /**
   * @param project the checkout whose build to measure
   */
  public static ServiceUnderTest start(Path project, boolean withAgent)
      throws IOException, InterruptedException {
    return start(project, withAgent, Map.of());
  }

  /** Starts without the agent and with more variables. */
  public static ServiceUnderTest start(Map<String, String> more)
      throws IOException, InterruptedException {
    return start(Path.of(System.getProperty("warmgate.root")), false, more);
  }

  private static ServiceUnderTest start(Path project, boolean withAgent, Map<String, String> more)
      throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("warmgate-bench");
    Map<String, String> environment = new HashMap<>(more);
    environment.put("AGENT", withAgent ? "on" : "off");
    environment.put("JAVA_TOOL_OPTIONS", LIMITS);
    StackOptions options = new StackOptions(project, directory, 0, 0, false, environment);
    // Stops at exit even if the benchmark is interrupted: PostgreSQL would otherwise keep running.
    Stack stack = Stack.startedUntilExit(options, line -> {});
    ServiceUnderTest subject = new ServiceUnderTest(directory, stack);
    subject.register(credentials(0));
    subject.addAccounts();
    return subject;
  }

  private void addAccounts() throws IOException {
    try {
      stack
          .database()
          .change(
              """
              INSERT INTO account (id, email, email_key, password_hash, role, created_at)
              SELECT gen_random_uuid(), address, address, password_hash, role, created_at
              FROM generate_series(1, %d) AS n
                CROSS JOIN LATERAL (SELECT 'bench-' || n || '@example.com' AS address) AS addressed
                CROSS JOIN (
                  SELECT password_hash, role, created_at FROM account WHERE email = '%s') AS first
              """
                  .formatted(ACCOUNTS - 1, email(0)));
    } catch (SQLException refused) {
      close();
      throw new IOException("cannot create the accounts", refused);
    }
  }

  private HttpConnection.Answer register(String credentials) throws IOException {
    HttpConnection.Answer made = send(HttpConnection.post(AUTH + "register", credentials));
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
    return register(Json.credentials(UUID.randomUUID() + "@example.com", PASSWORD))
        .field("access_token");
  }

  /** Returns several such tokens, each of another account. */
  public List<String> tokens(int count) throws IOException {
    List<String> tokens = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      tokens.add(token());
    }
    return tokens;
  }

  public Path directory() {
    return directory;
  }

  public int port() {
    return stack.address().port();
  }

  public long pid() {
    return stack.service().pid();
  }

  /** Returns the stack, for one more service on its databases. */
  public Stack stack() {
    return stack;
  }

  public Load load() {
    return new Load(port());
  }

  /** Returns the address of one of the accounts. */
  public static String email(int number) {
    return "bench-%d@example.com".formatted(number % ACCOUNTS);
  }

  private static String credentials(int number) {
    return Json.credentials(email(number), PASSWORD);
  }

  /** Returns the login request of one of the accounts. */
  public static byte[] login(int number) {
    return HttpConnection.post(AUTH + "login", credentials(number));
  }

  /** Returns the login request of any account with the same password. */
  public static byte[] login(String email) {
    return HttpConnection.post(AUTH + "login", Json.credentials(email, PASSWORD));
  }

  /** Creates an account that is an admin, and logs in with a second factor. */
  public Admin admin() throws IOException, SQLException, InterruptedException {
    String email = UUID.randomUUID() + "@example.com";
    register(Json.credentials(email, PASSWORD));
    stack.database().change("UPDATE account SET role = 'admin' WHERE email = '" + email + "'");
    return Admin.logIn(stack.address().baseUrl(), Json.credentials(email, PASSWORD));
  }

  /** Logs an account in; returns its access token. */
  public String token(String email) throws IOException {
    return send(login(email)).field("access_token");
  }

  public static byte[] refresh(String token) {
    return HttpConnection.post(AUTH + "refresh", Json.of("refresh_token", token));
  }

  public static byte[] me(String accessToken) {
    return HttpConnection.get(AUTH + "me", accessToken);
  }

  /** Returns a request of another service, which may ask about tokens, about this one. */
  public byte[] introspect(String accessToken) throws IOException, SQLException {
    stack.database().change("UPDATE service_key SET scopes = scopes || '{introspect}'");
    return HttpConnection.form(AUTH + "introspect", stack.serviceKey(), "token=" + accessToken);
  }

  public HttpConnection.Answer send(byte[] request) throws IOException {
    try (HttpConnection connection = new HttpConnection(port())) {
      return connection.send(request);
    }
  }

  /** Sends logins in a closed loop. */
  public LoadResult logins(int clients, Duration time) throws InterruptedException {
    return logins(load(), clients, time);
  }

  /** Sends logins to another service on the same databases. */
  public LoadResult logins(Load load, int clients, Duration time) throws InterruptedException {
    return load.closed(
        clients, time, (connection, client) -> connection.send(login(turn.getAndIncrement())));
  }

  /**
   * Sends logins until the JIT compiler has probably settled; says so if this time is too short.
   */
  public void settle(int clients, Duration limit) throws InterruptedException {
    Duration each = limit.compareTo(SETTLING_STEP) < 0 ? limit : SETTLING_STEP;
    long end = System.nanoTime() + limit.toNanos();
    long done = 0;
    while (done < SETTLED_LOGINS && System.nanoTime() < end) {
      done += logins(clients, each).count(200);
    }
    if (done < SETTLED_LOGINS) {
      System.out.printf(
          "The compilers may not have settled: %d of %d logins in %d s.%n",
          done, SETTLED_LOGINS, limit.toSeconds());
    }
  }

  /** Returns the highest number of logins per second, measured for this time. */
  public double capacity(int clients, Duration time) throws InterruptedException {
    LoadResult logins = logins(clients, time);
    return logins.count(200) / logins.seconds();
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
