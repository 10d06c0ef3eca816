package dev.warmgate.loadtest.bench;

import dev.warmgate.loadtest.http.Json;
import dev.warmgate.loadtest.load.Admin;
import dev.warmgate.loadtest.load.Cpu;
import dev.warmgate.loadtest.load.HttpConnection;
import dev.warmgate.loadtest.load.Load;
import dev.warmgate.loadtest.load.LoadResult;
import dev.warmgate.loadtest.load.ServiceUnderTest;
import dev.warmgate.loadtest.stack.ServiceProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A service whose database holds a {@link Population}, and the requests whose cost may depend on
 * its size, each for random accounts. A request that fails fails the measurement.
 */
final class PopulatedService implements AutoCloseable {
  private static final int CLIENTS = 4;
  private static final int MOST_TOKENS = 10_000;
  private static final int DAYS = 26;

  /** Asks a replica that remembers no token, since a token that is known costs no statement. */
  private static final String VERIFY = "verify";

  private final ServiceUnderTest subject;
  private final int accounts;
  private final ServiceProcess uncached;
  private final Admin admin;
  private final long newestEvent;
  private final Map<String, Load.Step> requests = new LinkedHashMap<>();
  private final List<String> accessTokens = Collections.synchronizedList(new ArrayList<>());
  private final ConcurrentLinkedQueue<String> refreshTokens = new ConcurrentLinkedQueue<>();
  private volatile String adminToken = "";

  /**
   * What a request costs.
   *
   * @param millis processor time of the service and PostgreSQL
   * @param postgresMillis that of PostgreSQL
   */
  record Cost(double millis, double postgresMillis, double p95) {}

  private PopulatedService(ServiceUnderTest subject, int accounts) throws Exception {
    this.subject = subject;
    this.accounts = accounts;
    Population.insert(subject.stack().database(), accounts);
    admin = subject.admin();
    uncached = subject.stack().replica().with(Map.of("TOKEN_CACHE", "off")).startReady();
    newestEvent = subject.stack().database().number("SELECT max(id) FROM audit_event");
    requests.put("login", (connection, _) -> login(connection));
    requests.put("refresh", (connection, _) -> refresh(connection));
    requests.put(VERIFY, (connection, _) -> connection.send(ServiceUnderTest.me(anyToken())));
    requests.put("admin search", (connection, _) -> connection.send(search()));
    requests.put("audit page", audit(() -> "before=" + random(newestEvent / 2, newestEvent)));
    requests.put("audit page of an account", audit(() -> "account=" + Population.id(anyone())));
    requests.put("audit page of a rare event", audit(() -> "event=account.disabled"));
    requests.put("audit page of a past time", audit(PopulatedService::anyHour));
  }

  static PopulatedService start(int accounts, long sharedBuffersMib) throws Exception {
    ServiceUnderTest subject =
        ServiceUnderTest.start(Map.of("POSTGRES_SHARED_BUFFERS", sharedBuffersMib + "MB"));
    try {
      return new PopulatedService(subject, accounts);
    } catch (Exception e) {
      subject.close();
      throw e;
    }
  }

  List<String> requests() {
    return List.copyOf(requests.keySet());
  }

  Path directory() {
    return subject.directory();
  }

  double databaseGib() throws Exception {
    return subject.stack().database().number("SELECT pg_database_size(current_database())")
        / Math.pow(1024, 3);
  }

  Cost measure(String request, Duration time) throws IOException, InterruptedException {
    adminToken = admin.token();
    ServiceProcess process = request.equals(VERIFY) ? uncached : subject.stack().service();
    double service = Cpu.seconds(process.pid());
    double postgres = Cpu.postgresSeconds(subject.directory());
    LoadResult outcome = new Load(process.port()).closed(CLIENTS, time, requests.get(request));
    double postgresSeconds = Cpu.postgresSeconds(subject.directory()) - postgres;
    double seconds = Cpu.seconds(process.pid()) - service + postgresSeconds;
    if (outcome.countOthers(200) > 0) {
      throw new IllegalStateException(
          outcome.countOthers(200) + " of " + outcome.all().size() + " failed: " + request);
    }
    int count = outcome.count(200);
    return new Cost(
        seconds * 1000 / count, postgresSeconds * 1000 / count, outcome.percentile(95, 200));
  }

  private HttpConnection.Answer login(HttpConnection connection) throws IOException {
    var answer = connection.send(ServiceUnderTest.login(Population.email(anyone())));
    if (accessTokens.size() < MOST_TOKENS) {
      accessTokens.add(answer.field("access_token"));
    }
    refreshTokens.add(answer.field("refresh_token"));
    return answer;
  }

  private HttpConnection.Answer refresh(HttpConnection connection) throws IOException {
    var answer = connection.send(ServiceUnderTest.refresh(refreshTokens.remove()));
    refreshTokens.add(answer.field("refresh_token"));
    return answer;
  }

  /** The first page from a random place on; only close to the last address is it not full. */
  private byte[] search() {
    String from = "%06x".formatted(random(0, 0xf00000));
    return HttpConnection.request(
        "POST",
        "/api/v1/admin/accounts/search",
        adminToken,
        Json.of("email_prefix", "", "after", from));
  }

  private interface Query {
    String next();
  }

  private Load.Step audit(Query query) {
    return (connection, _) ->
        connection.send(HttpConnection.get("/api/v1/audit?" + query.next(), adminToken));
  }

  private static String anyHour() {
    Instant until =
        Instant.now().minus(Duration.ofMinutes(random(60, Duration.ofDays(DAYS).toMinutes())));
    return "until=%s&since=%s".formatted(until, until.minus(Duration.ofHours(1)));
  }

  private String anyToken() {
    return accessTokens.get((int) random(0, accessTokens.size()));
  }

  private int anyone() {
    return (int) random(1, accounts + 1L);
  }

  private static long random(long from, long until) {
    return ThreadLocalRandom.current().nextLong(from, until);
  }

  @Override
  public void close() throws IOException {
    uncached.close();
    subject.close();
  }
}
