package dev.warmgate.dashboards;

import dev.warmgate.loadtest.http.ApiClient;
import dev.warmgate.loadtest.http.Json;
import dev.warmgate.loadtest.http.Reply;
import dev.warmgate.loadtest.stack.Stack;
import dev.warmgate.loadtest.stack.StackOptions;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** A fixed set of requests; their answers determine what every board must show. */
final class KnownLoad {
  static final int ME = 20;
  static final int SESSIONS = 5;
  static final int FORGED = 3;
  static final int REFRESHES = 4;
  static final int PINGS = 5;
  static final int MAILS = 6;

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int AT_ONCE = 60;
  private static final int FAILURES_ALLOWED = 10;
  private static final String PASSWORD = "seven quiet lanterns";

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

  private final ApiClient client;
  private final Stack stack;

  /** Enough accounts that parallel logins never trip the limit per account. */
  private static final int CROWD = 8;

  private final String serviceKey;

  /** Starts what the load needs, mail too; stops everything when this process is told to end. */
  static Stack stack(StackOptions options) throws InterruptedException {
    Stack stack = new Stack(options, System.out::println).withMail(_ -> {});
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(stack::close));
    stack.start();
    return stack;
  }

  KnownLoad(Stack stack) throws IOException {
    this.stack = stack;
    this.client = new ApiClient(stack.address().baseUrl());
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
    Reply session = null;
    for (int i = 0; i < 10; i++) {
      Reply login = login("ada", PASSWORD);
      require(login.status() == 200, "login " + login.status() + " " + login.body());
      session = login;
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
    queueMails();
    useBothLanes(session.field("access_token"), session.field("refresh_token"));
    return count(logins);
  }

  /** Sends so many logins at even intervals, without waiting for answers, and counts them. */
  Logins spread(int count, Duration time) throws InterruptedException {
    ConcurrentLinkedQueue<Reply> replies = new ConcurrentLinkedQueue<>();
    List<CompletableFuture<Void>> all = new ArrayList<>();
    long began = System.nanoTime();
    for (int i = 0; i < count; i++) {
      long due = began + time.toNanos() * i / count;
      TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
      String body = credentials("crowd-" + i % CROWD, PASSWORD);
      all.add(
          request("POST", "/api/v1/auth/login").json(body).sendAsync().thenAccept(replies::add));
    }
    all.forEach(CompletableFuture::join);
    return count(List.copyOf(replies));
  }

  private void queueMails() throws IOException {
    try {
      stack
          .database()
          .change(
              "INSERT INTO mail (kind, address)"
                  + " SELECT 'password-changed', 'ada@example.com' FROM generate_series(1, %d)"
                      .formatted(MAILS));
    } catch (SQLException e) {
      throw new IOException(e);
    }
  }

  private List<Reply> atOnce() {
    ConcurrentLinkedQueue<Reply> replies = new ConcurrentLinkedQueue<>();
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 0; i < AT_ONCE; i++) {
      String body = credentials("crowd-" + i % CROWD, PASSWORD);
      all.add(
          request("POST", "/api/v1/auth/login").json(body).sendAsync().thenAccept(replies::add));
    }
    all.forEach(CompletableFuture::join);
    return List.copyOf(replies);
  }

  private void useBothLanes(String access, String refresh)
      throws IOException, InterruptedException {
    for (int i = 0; i < ME; i++) {
      expect(200, request("GET", "/api/v1/auth/me").token(access).send());
    }
    for (int i = 0; i < SESSIONS; i++) {
      expect(200, request("GET", "/api/v1/auth/sessions").token(access).send());
    }
    for (int i = 0; i < FORGED; i++) {
      expect(401, request("GET", "/api/v1/auth/sessions").token("not.a.token").send());
    }
    String token = refresh;
    for (int i = 0; i < REFRESHES; i++) {
      Reply pair = expect(200, post("/api/v1/auth/refresh", refreshing(token)));
      token = pair.field("refresh_token");
    }
    expect(401, post("/api/v1/auth/refresh", refreshing("garbage")));
    for (int i = 0; i < PINGS; i++) {
      expect(200, request("GET", "/api/v1/auth/ping").token("").send());
    }
  }

  /** Announces a load test to the service, as the gate does. */
  void announce(String run, String state) throws IOException, InterruptedException {
    try (ApiClient admin = new ApiClient(stack.address().adminUrl())) {
      String task = "/tasks/load-test?run=" + run + "&state=" + state;
      expect(200, admin.call("POST", task).header("X-Requested-By", "test").limit(LIMIT).send());
    }
  }

  private static Logins count(List<Reply> logins) {
    int success = with(200, logins);
    int refused = with(401, logins);
    int limited = with(429, logins);
    int shed = (int) logins.stream().filter(KnownLoad::wasShed).count();
    int failed = logins.size() - success - refused - limited - shed;
    double slowest = logins.stream().mapToDouble(Reply::seconds).max().orElse(0);
    return new Logins(success, refused, limited, shed, failed, slowest);
  }

  private static boolean wasShed(Reply login) {
    return login.status() == 503 && login.field("code").equals("login_capacity_exceeded");
  }

  private static int with(int status, List<Reply> logins) {
    return (int) logins.stream().filter(login -> login.status() == status).count();
  }

  private Reply login(String account, String password) throws IOException, InterruptedException {
    return post("/api/v1/auth/login", credentials(account, password));
  }

  private Reply post(String path, String body) throws IOException, InterruptedException {
    return request("POST", path).json(body).send();
  }

  private ApiClient.Call request(String method, String path) {
    return client.call(method, path).limit(LIMIT).header("X-Warmgate-Load-Test", serviceKey);
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
    return Json.credentials(account + "@example.com", password);
  }

  private static String refreshing(String token) {
    return Json.of("refresh_token", token);
  }
}
