package dev.warmgate.loadtest.fault;

import dev.warmgate.loadtest.http.ApiClient;
import dev.warmgate.loadtest.http.Json;
import dev.warmgate.loadtest.http.Reply;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * A simulated user with one account who remembers every acknowledged change. A change that got no
 * answer or a 503 may or may not have happened; everything else must be as acknowledged at any
 * time.
 */
public final class ChaosUser {
  /** How long a revocation may take to be noticed without Redis, on a busy machine. */
  private static final Duration BOUND = Duration.ofSeconds(8);

  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final int MAX_SESSIONS = 4;
  private static final String AUTH = "/api/v1/auth/";
  private static final int UNKNOWN = 0;

  private final ApiClient client;
  private final Random random;
  private final Collection<String> violations;
  private final Collection<String> begun;
  private final String email = UUID.randomUUID() + "@example.com";

  /** The possible current passwords: more than one after a change that was not acknowledged. */
  private final Set<String> passwords = new LinkedHashSet<>(List.of("seven quiet lanterns"));

  private final List<Session> live = new ArrayList<>();
  private final List<Session> ended = new ArrayList<>();
  private int acknowledged;
  private final AtomicInteger unanswered = new AtomicInteger();

  /**
   * @param since when the session ended; for a live session, when a refresh first got no answer, or
   *     0. Such a refresh is repeated before anything else.
   */
  private record Session(String access, String refresh, long since) {
    Session now() {
      return new Session(access, refresh, System.nanoTime());
    }
  }

  /** An answer, or the lack of one. */
  private record Attempt(int status, String body) {
    String field(String name) {
      return Json.field(body, name);
    }

    /** Whether the request may or may not have taken effect. */
    boolean isUncertain() {
      return status == UNKNOWN || status == 503;
    }
  }

  /**
   * @param violations collects every difference from what was acknowledged
   * @param begun collects the sessions whose start was acknowledged
   */
  public ChaosUser(
      String url, Random random, Collection<String> violations, Collection<String> begun) {
    this.client = new ApiClient(url);
    this.random = random;
    this.violations = violations;
    this.begun = begun;
  }

  /** Returns the number of acknowledged changes. */
  public int acknowledged() {
    return acknowledged;
  }

  /** Returns the number of requests that got no answer or a 503. */
  public int unanswered() {
    return unanswered.get();
  }

  public void use(BooleanSupplier goOn) throws InterruptedException {
    while (goOn.getAsBoolean() && !register()) {
      Thread.sleep(100);
    }
    while (goOn.getAsBoolean()) {
      if (live.isEmpty()) {
        login();
      } else {
        act();
      }
      Thread.sleep(random.nextInt(40));
    }
  }

  private void act() throws InterruptedException {
    for (int i = 0; i < live.size(); i++) {
      if (live.get(i).since() != 0) {
        refresh(i);
        return;
      }
    }
    int choice = live.isEmpty() ? 0 : random.nextInt(100);
    if (choice < 15 && live.size() < MAX_SESSIONS) {
      login();
    } else if (choice < 50) {
      refresh(random.nextInt(live.size()));
    } else if (choice < 60) {
      logout(random.nextInt(live.size()));
    } else if (choice < 65) {
      changePassword(random.nextInt(live.size()));
    } else if (choice < 80 && !ended.isEmpty()) {
      requireRefused(ended.get(random.nextInt(ended.size())), BOUND);
    } else {
      Session session = live.get(random.nextInt(live.size()));
      expect(me(session), 200, "me");
    }
  }

  private boolean register() throws InterruptedException {
    Attempt reply = post("register", "", credentials(passwords.iterator().next()));
    if (reply.status() == 201) {
      begin(reply);
      return true;
    }
    // An earlier attempt succeeded without being acknowledged.
    return reply.status() == 409;
  }

  private void login() throws InterruptedException {
    for (String password : List.copyOf(passwords)) {
      Attempt reply = post("login", "", credentials(password));
      if (reply.status() == 200) {
        passwords.retainAll(Set.of(password));
        begin(reply);
        return;
      }
      if (reply.isUncertain()) {
        return;
      }
      passwords.remove(password);
    }
    violation("no acknowledged password is accepted");
    throw new IllegalStateException("locked out");
  }

  private void begin(Attempt reply) {
    acknowledged++;
    begun.add(reply.field("session_id"));
    live.add(new Session(reply.field("access_token"), reply.field("refresh_token"), 0));
  }

  private void refresh(int which) throws InterruptedException {
    Attempt reply = post("refresh", "", refreshBody(live.get(which)));
    if (reply.status() == 200) {
      acknowledged++;
      live.set(which, new Session(reply.field("access_token"), reply.field("refresh_token"), 0));
    } else if (reply.isUncertain() && live.get(which).since() == 0) {
      live.set(which, live.get(which).now());
    }
    expect(reply, 200, "refresh");
  }

  private void logout(int which) throws InterruptedException {
    Session session = live.remove(which);
    Attempt reply = post("logout", session.access(), "");
    if (reply.status() == 204) {
      acknowledged++;
      ended.add(session.now());
    }
    expect(reply, 204, "logout");
  }

  private void changePassword(int which) throws InterruptedException {
    if (passwords.size() > 1) {
      return;
    }
    Session session = live.get(which);
    String current = passwords.iterator().next();
    String next = "lanterns " + UUID.randomUUID();
    Attempt reply =
        post(
            "password",
            session.access(),
            Json.of("current_password", current, "new_password", next));
    if (reply.status() == 200) {
      passwords.clear();
      live.forEach(old -> ended.add(old.now()));
    }
    if (reply.status() == 200 || reply.isUncertain()) {
      // After an uncertain answer these sessions may have ended, so they are not used again.
      live.clear();
      passwords.add(next);
    }
    if (reply.status() == 200) {
      begin(reply);
    }
    expect(reply, 200, "password change");
  }

  /** Checks everything once more after the last kill. */
  public void readBack() throws InterruptedException {
    login();
    require(!live.isEmpty(), "no login succeeds");
    for (int i = 0; i < live.size(); i++) {
      require(me(live.get(i)).status() == 200, "a session is lost: me");
      require(
          post("refresh", "", refreshBody(live.get(i))).status() == 200,
          "a session is lost: refresh");
    }
    for (Session session : ended) {
      require(me(session).status() == 401, "an ended session is still valid: me");
      requireRefused(session, Duration.ZERO);
    }
  }

  private void requireRefused(Session session, Duration bound) throws InterruptedException {
    require(
        post("refresh", "", refreshBody(session)).status() != 200,
        "an ended session is still valid: refresh");
    if (System.nanoTime() - session.since() > bound.toNanos()) {
      require(me(session).status() != 200, "an ended session lives: me, past its bound");
    }
  }

  private void expect(Attempt reply, int status, String what) {
    require(
        reply.status() == status || reply.isUncertain(),
        what + " " + reply.status() + reply.body());
  }

  private void require(boolean holds, String otherwise) {
    if (!holds) {
      violation(otherwise);
    }
  }

  private void violation(String what) {
    violations.add(what);
  }

  private String credentials(String password) {
    return Json.credentials(email, password);
  }

  private static String refreshBody(Session session) {
    return Json.of("refresh_token", session.refresh());
  }

  private Attempt me(Session session) throws InterruptedException {
    return send(client.call("GET", AUTH + "me").token(session.access()));
  }

  private Attempt post(String action, String token, String body) throws InterruptedException {
    return send(client.call("POST", AUTH + action).token(token).json(body));
  }

  private Attempt send(ApiClient.Call request) throws InterruptedException {
    try {
      Reply reply = request.limit(LIMIT).send();
      if (reply.status() == 503) {
        unanswered.incrementAndGet();
      }
      return new Attempt(reply.status(), reply.body());
    } catch (IOException noAnswer) {
      unanswered.incrementAndGet();
      return new Attempt(UNKNOWN, "");
    }
  }
}
