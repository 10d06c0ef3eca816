package dev.warmgate.dashboards;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.warmgate.loadtest.Stack;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A fixed set of requests; their answers determine what every board must show. */
final class KnownLoad {
  static final int ME = 20;
  static final int SESSIONS = 5;
  static final int FORGED = 3;
  static final int REFRESHES = 4;
  static final int PINGS = 5;

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int AT_ONCE = 60;
  private static final int FAILURES_ALLOWED = 10;
  private static final String PASSWORD = "seven quiet lanterns";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The client's counts of one round of logins by outcome. */
  record Logins(int success, int refused, int limited, int shed, int failed, double slowest) {
    int all() {
      return success + refused + limited + shed + failed;
    }

    int answered() {
      return success + refused;
    }

    Logins plus(Logins other) {
      return new Logins(
          success + other.success,
          refused + other.refused,
          limited + other.limited,
          shed + other.shed,
          failed + other.failed,
          Math.max(slowest, other.slowest));
    }
  }

  private record Reply(int status, JsonNode body, double seconds) {
    boolean wasShed() {
      return status == 503 && body.path("code").asText().equals("login_capacity_exceeded");
    }
  }

  private final HttpClient http = HttpClient.newHttpClient();
  private final Stack stack;

  /** Enough accounts that parallel logins never trip the limit per account. */
  private static final int CROWD = 8;

  private final String serviceKey;

  KnownLoad(Stack stack) throws IOException {
    this.stack = stack;
    this.serviceKey = stack.serviceKey();
  }

  /** Creates the accounts and uses up the failed attempts of one of them. */
  Logins prepare() throws IOException, InterruptedException {
    for (String account : List.of("ada", "grace", "guessed")) {
      Reply made = post("/api/v1/auth/register", credentials(account, PASSWORD));
      require(made.status() == 201, "register " + made.status() + " " + made.body());
    }
    for (int i = 0; i < CROWD; i++) {
      Reply made = post("/api/v1/auth/register", credentials("crowd-" + i, PASSWORD));
      require(made.status() == 201, "register " + made.status() + " " + made.body());
    }
    List<Reply> guesses = new ArrayList<>();
    for (int i = 0; i < FAILURES_ALLOWED; i++) {
      guesses.add(login("guessed", "wrong " + PASSWORD));
    }
    return count(guesses);
  }

  /**
   * Sends ten logins, two with a wrong password, some of an account with too many failures, and
   * many in parallel, some of which are shed; then requests on both lanes, some of which a filter
   * rejects.
   */
  Logins round() throws IOException, InterruptedException {
    List<Reply> logins = new ArrayList<>();
    JsonNode session = JSON.nullNode();
    for (int i = 0; i < 10; i++) {
      Reply login = login("ada", PASSWORD);
      require(login.status() == 200, "login " + login.status() + " " + login.body());
      session = login.body();
      logins.add(login);
    }
    logins.add(login("ada", "wrong " + PASSWORD));
    logins.add(login("grace", "wrong " + PASSWORD));
    // The account regains one attempt per minute, so one attempt may not be enough to be limited.
    Reply limited = login("guessed", "wrong " + PASSWORD);
    logins.add(limited);
    while (limited.status() != 429) {
      limited = login("guessed", "wrong " + PASSWORD);
      logins.add(limited);
    }
    logins.addAll(atOnce());
    useBothLanes(session.path("access_token").asText(), session.path("refresh_token").asText());
    return count(logins);
  }

  private List<Reply> atOnce() {
    ConcurrentLinkedQueue<Reply> replies = new ConcurrentLinkedQueue<>();
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 0; i < AT_ONCE; i++) {
      long began = System.nanoTime();
      String body = credentials("crowd-" + i % CROWD, PASSWORD);
      all.add(
          http.sendAsync(
                  request("/api/v1/auth/login", "", body), HttpResponse.BodyHandlers.ofString())
              .thenAccept(answer -> replies.add(reply(answer, began))));
    }
    all.forEach(CompletableFuture::join);
    return List.copyOf(replies);
  }

  private void useBothLanes(String access, String refresh)
      throws IOException, InterruptedException {
    for (int i = 0; i < ME; i++) {
      expect(200, send(request("/api/v1/auth/me", access, null)));
    }
    for (int i = 0; i < SESSIONS; i++) {
      expect(200, send(request("/api/v1/auth/sessions", access, null)));
    }
    for (int i = 0; i < FORGED; i++) {
      expect(401, send(request("/api/v1/auth/sessions", "not.a.token", null)));
    }
    String token = refresh;
    for (int i = 0; i < REFRESHES; i++) {
      Reply pair = expect(200, post("/api/v1/auth/refresh", refreshing(token)));
      token = pair.body().path("refresh_token").asText();
    }
    expect(401, post("/api/v1/auth/refresh", refreshing("garbage")));
    for (int i = 0; i < PINGS; i++) {
      expect(200, send(request("/api/v1/auth/ping", "", null)));
    }
  }

  /** Announces a load test to the service, as the gate does. */
  void announce(String run, String state) throws IOException, InterruptedException {
    URI task =
        URI.create(stack.address().adminUrl() + "/tasks/load-test?run=" + run + "&state=" + state);
    expect(
        200, send(HttpRequest.newBuilder(task).POST(HttpRequest.BodyPublishers.noBody()).build()));
  }

  private static Logins count(List<Reply> logins) {
    int success = with(200, logins);
    int refused = with(401, logins);
    int limited = with(429, logins);
    int shed = (int) logins.stream().filter(Reply::wasShed).count();
    int failed = logins.size() - success - refused - limited - shed;
    double slowest = logins.stream().mapToDouble(Reply::seconds).max().orElse(0);
    return new Logins(success, refused, limited, shed, failed, slowest);
  }

  private static int with(int status, List<Reply> logins) {
    return (int) logins.stream().filter(login -> login.status() == status).count();
  }

  private Reply login(String account, String password) throws IOException, InterruptedException {
    return post("/api/v1/auth/login", credentials(account, password));
  }

  private Reply post(String path, String body) throws IOException, InterruptedException {
    return send(request(path, "", body));
  }

  private HttpRequest request(String path, String token, String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(stack.address().baseUrl() + path))
            .timeout(LIMIT)
            .header("X-Warmgate-Load-Test", serviceKey);
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    if (body != null) {
      request
          .header("Content-Type", "application/json")
          .POST(HttpRequest.BodyPublishers.ofString(body));
    }
    return request.build();
  }

  private Reply send(HttpRequest request) throws IOException, InterruptedException {
    long began = System.nanoTime();
    return reply(http.send(request, HttpResponse.BodyHandlers.ofString()), began);
  }

  private static Reply reply(HttpResponse<String> answer, long began) {
    double seconds = (System.nanoTime() - began) / 1e9;
    try {
      boolean json = answer.headers().firstValue("Content-Type").orElse("").contains("json");
      return new Reply(
          answer.statusCode(), json ? JSON.readTree(answer.body()) : JSON.nullNode(), seconds);
    } catch (IOException e) {
      throw new IllegalStateException(answer.body(), e);
    }
  }

  private static Reply expect(int status, Reply reply) {
    require(reply.status() == status, "expected " + status + ": " + reply);
    return reply;
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalStateException(otherwise);
    }
  }

  private static String credentials(String account, String password) {
    return "{\"email\":\"%s@example.com\",\"password\":\"%s\"}".formatted(account, password);
  }

  private static String refreshing(String token) {
    return "{\"refresh_token\":\"" + token + "\"}";
  }
}
