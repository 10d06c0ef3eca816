package dev.warmgate.loadtest.production;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.loadtest.fault.ChaosUser;
import dev.warmgate.loadtest.http.ApiClient;
import dev.warmgate.loadtest.testkit.TestStack;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Users who remember what was acknowledged, and one who does nothing but log in, so that the time
 * without a login can be measured. {@code -Dchaos.seed=N} repeats a run.
 */
final class UserLoad implements AutoCloseable {
  static final long SEED = Long.getLong("chaos.seed", System.nanoTime());

  private static final int USERS = 5;

  /** As patient as the other users: how fast a busy machine answers is for the gate to judge. */
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private static final Duration PACE = Duration.ofMillis(50);
  private static final Duration BEGINS = Duration.ofSeconds(60);

  private final Collection<String> violations = new ConcurrentLinkedQueue<>();
  private final Set<String> begun = ConcurrentHashMap.newKeySet();
  private final List<ChaosUser> users = new ArrayList<>();
  private final List<Future<?>> runs = new ArrayList<>();
  private final ExecutorService threads = Executors.newFixedThreadPool(USERS + 1);

  /** When each login ended that succeeded. */
  private final ConcurrentLinkedQueue<Long> logins = new ConcurrentLinkedQueue<>();

  private final Collection<String> failures = new ConcurrentLinkedQueue<>();
  private volatile boolean finished;

  private UserLoad() {}

  /** Starts the load and returns once logins succeed. */
  static UserLoad on(String url) throws InterruptedException {
    UserLoad load = new UserLoad();
    Random random = new Random(SEED);
    for (int i = 0; i < USERS; i++) {
      ChaosUser user =
          new ChaosUser(url, new Random(random.nextLong()), load.violations, load.begun);
      load.users.add(user);
      load.runs.add(
          load.threads.submit(() -> {
            user.use(() -> !load.finished);
            return null;
          }));
    }
    load.runs.add(
        load.threads.submit(() -> {
          load.logIn(url);
          return null;
        }));
    try {
      TestStack.await(BEGINS, () -> load.logins.size() >= 10);
    } catch (AssertionError late) {
      load.close();
      throw new AssertionError(
          "no load after %s: %d logins, %s"
              .formatted(BEGINS, load.logins.size(), load.failures.stream().limit(5).toList()),
          late);
    }
    return load;
  }

  private void logIn(String url) throws InterruptedException {
    try (ApiClient client = new ApiClient(url)) {
      String credentials = TestStack.credentials(TestStack.newEmail());
      while (!finished && !succeeds(client, "register", credentials, 201)) {
        Thread.sleep(PACE);
        // What was not answered in time may have been done.
        credentials = TestStack.credentials(TestStack.newEmail());
      }
      while (!finished) {
        if (succeeds(client, "login", credentials, 200)) {
          logins.add(System.nanoTime());
        }
        Thread.sleep(PACE);
      }
    }
  }

  private boolean succeeds(ApiClient client, String action, String body, int status)
      throws InterruptedException {
    try {
      var reply = client.call("POST", "/api/v1/auth/" + action).json(body).limit(LIMIT).send();
      if (reply.status() != status) {
        failures.add(action + " " + reply.status() + " " + reply.body());
      }
      return reply.status() == status;
    } catch (IOException noAnswer) {
      failures.add(action + " " + noAnswer);
      return false;
    }
  }

  /** Returns the logins that failed. */
  Collection<String> failedLogins() {
    return List.copyOf(failures);
  }

  /** Returns how many requests of the users got no answer or a 503. */
  int unanswered() {
    return users.stream().mapToInt(ChaosUser::unanswered).sum();
  }

  /** Returns how long after this moment the next login succeeded; waits for it. */
  Duration untilLogin(long afterNanos) throws InterruptedException {
    TestStack.await(BEGINS, () -> nextLogin(afterNanos) != Long.MAX_VALUE);
    return Duration.ofNanos(nextLogin(afterNanos) - afterNanos);
  }

  private long nextLogin(long afterNanos) {
    return logins.stream()
        .mapToLong(Long::longValue)
        .filter(login -> login > afterNanos)
        .min()
        .orElse(Long.MAX_VALUE);
  }

  /** Returns the longest time between two successful logins. */
  Duration longestSilence() {
    long longest = 0;
    Long last = null;
    for (Long login : logins) {
      longest = last == null ? 0 : Math.max(longest, login - last);
      last = login;
    }
    return Duration.ofNanos(longest);
  }

  /** Ends the load, checks that nothing acknowledged is lost, and returns how much that was. */
  int endWithoutLoss(String evidence) throws InterruptedException, ExecutionException {
    finished = true;
    for (Future<?> run : runs) {
      run.get();
    }
    int acknowledged = 0;
    for (ChaosUser user : users) {
      user.readBack();
      acknowledged += user.acknowledged();
    }
    assertThat(violations).as("seed %d; %s", SEED, evidence).isEmpty();
    assertThat(acknowledged).isPositive();
    return acknowledged;
  }

  @Override
  public void close() {
    finished = true;
    threads.shutdownNow();
  }
}
