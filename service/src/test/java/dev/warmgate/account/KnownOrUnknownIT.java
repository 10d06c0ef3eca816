package dev.warmgate.account;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Mailed;
import dev.warmgate.testkit.RunningService;
import dev.warmgate.testkit.ServingTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Checks that neither the answer nor the time of a login or a forgotten password reveals whether an
 * account exists (ASVS 6.3.8). Time is processor time, so other load does not add to it; it is
 * measured in pairs of a known and an unknown address, until the noise is small enough to decide. A
 * test that cannot decide in time counts as skipped, which {@code scripts/test.sh} reports.
 */
final class KnownOrUnknownIT {
  private static final String WRONG = "wrong password";
  private static final int ATTEMPTS = 10;
  private static final int ROUND = 50;
  private static final Duration LONG_ENOUGH =
      Duration.ofMinutes(Boolean.getBoolean("tests.full") ? 10 : 2);

  @RegisterExtension
  static final RunningService SERVICE =
      Mailed.on(new RunningService())
          .with("switches.rate_limits", "true")
          .with("rate_limits.mail", "100000/1m")
          .with("rate_limits.login", "100000/1m")
          .with("rate_limits.register", "100000/1m");

  private final ApiClient api = SERVICE.api();

  /** The address of an account and an address without one, both without failed logins. */
  private record Pair(String known, String unknown) {}

  private Pair newPair() {
    Pair pair = new Pair(newEmail(), newEmail());
    assertThat(api.register(pair.known()).status()).isEqualTo(201);
    return pair;
  }

  @Test
  void theAnswersAreIdenticalIncludingTheirHeaders() {
    Pair pair = newPair();
    for (int i = 0; i < ATTEMPTS; i++) {
      assertThat(comparable(guess(pair.unknown())))
          .isEqualTo(comparable(guess(pair.known())))
          .containsEntry("status", "401");
    }
    for (int i = 0; i < 3; i++) {
      assertThat(comparable(guess(pair.unknown())))
          .as("during the back-off")
          .isEqualTo(comparable(guess(pair.known())))
          .containsEntry("status", "429");
    }
  }

  @Test
  void aGuessTakesTheSameTime() {
    List<Pair> pairs = new ArrayList<>();
    double time =
        assertSameTime(i -> {
          if (i % ATTEMPTS == 0) {
            pairs.add(newPair());
          }
          return pairs.getLast();
        });

    assertThat(time).as("ms, which include the hash").isGreaterThan(5);
  }

  @Test
  void aGuessDuringTheBackOffTakesTheSameTime() {
    Pair pair = newPair();
    for (int i = 0; i < ATTEMPTS; i++) {
      guess(pair.known());
      guess(pair.unknown());
    }

    assertSameTime(i -> pair);
  }

  @Test
  void aRegistrationCostsAHashWhetherOrNotTheAddressIsTaken() {
    String taken = newEmail();
    api.register(taken);
    List<Double> differences = new ArrayList<>();
    List<Double> times = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      double takenTime = ServingTime.millisOf(() -> register(taken, 409));
      double newTime = ServingTime.millisOf(() -> register(newEmail(), 201));
      differences.add(newTime - takenTime);
      times.add(newTime);
    }

    // A coarse tolerance is enough, since the answer already says that the address is taken.
    Interval difference = Interval.ofMedian(differences);
    assertThat(difference.isBeyond(0.25 * median(times))).as(difference.toString()).isFalse();
  }

  @Test
  void aGuessRunsTheSameStatements() {
    Pair pair = newPair();
    long before = statements();
    guess(pair.known());
    long between = statements();
    guess(pair.unknown());

    assertThat(statements() - between).isEqualTo(between - before).isEqualTo(1);
  }

  @Test
  void askingForANewPasswordAnswersAlikeAndRunsTheSameStatements() {
    Pair pair = newPair();
    long before = statements();
    Answer known = forgot(pair.known());
    long between = statements();
    Answer unknown = forgot(pair.unknown());

    assertThat(statements() - between).isEqualTo(between - before).isEqualTo(1);
    assertThat(withoutRequest(comparable(unknown)))
        .isEqualTo(withoutRequest(comparable(known)))
        .containsEntry("status", "202");
    assertThat(comparable(forgot(pair.unknown())))
        .as("during the back-off")
        .isEqualTo(comparable(forgot(pair.known())))
        .containsEntry("status", "429");
  }

  @Test
  void askingForANewPasswordTakesTheSameTime() {
    assertSameTime(
        _ -> newPair(),
        email -> ServingTime.millisOf(() -> assertThat(forgot(email).status()).isEqualTo(202)));
  }

  private Answer forgot(String email) {
    return api.post("/api/v1/auth/forgot", Map.of("email", email));
  }

  private static Map<String, String> withoutRequest(Map<String, String> seen) {
    seen.computeIfPresent(
        "body", (name, value) -> value.replaceAll("[0-9a-f]{8}-[0-9a-f-]{27}", "…"));
    return seen;
  }

  private static long statements() {
    return SERVICE.statements("dev.warmgate.account.")
        + SERVICE.statements("dev.warmgate.session.")
        + SERVICE.statements("dev.warmgate.proof.");
  }

  /** Returns the median time of a guess, in milliseconds. */
  private double assertSameTime(Function<Integer, Pair> pairs) {
    return assertSameTime(pairs, this::time);
  }

  private double assertSameTime(Function<Integer, Pair> pairs, ToDoubleFunction<String> time) {
    long end = System.nanoTime() + LONG_ENOUGH.toNanos();
    List<Double> differences = new ArrayList<>();
    List<Double> times = new ArrayList<>();
    warmUp();
    Interval difference;
    double tolerance;
    do {
      for (int i = 0; i < ROUND; i++) {
        Pair pair = pairs.apply(i);
        // Alternate which of the two goes first.
        double before = i % 2 == 0 ? time.applyAsDouble(pair.unknown()) : 0;
        double known = time.applyAsDouble(pair.known());
        double unknown = i % 2 == 0 ? before : time.applyAsDouble(pair.unknown());
        differences.add(known - unknown);
        times.add(known);
      }
      difference = Interval.ofMedian(differences);
      tolerance = Math.max(1, 0.05 * median(times));
    } while (!difference.isWithin(tolerance)
        && !difference.isBeyond(tolerance)
        && System.nanoTime() < end);
    String finding =
        "known minus unknown: %s ms of %.1f, in %d pairs"
            .formatted(difference, median(times), differences.size());
    Assumptions.assumeTrue(
        difference.isWithin(tolerance) || difference.isBeyond(tolerance),
        () -> "the measurement is too noisy to decide; " + finding);
    assertThat(difference.isWithin(tolerance)).as(finding).isTrue();
    return median(times);
  }

  /** Lets the JIT compiler finish before the first measured pair. */
  private void warmUp() {
    for (int i = 0; i < 3; i++) {
      Pair pair = newPair();
      guess(pair.known());
      guess(pair.unknown());
    }
  }

  private double time(String email) {
    return ServingTime.millisOf(() -> guess(email));
  }

  private Answer guess(String email) {
    return api.login(email, WRONG);
  }

  private void register(String email, int status) {
    assertThat(
            api.post("/api/v1/auth/register", Map.of("email", email, "password", PASSWORD))
                .status())
        .isEqualTo(status);
  }

  /** Returns all that a client sees, without what differs between any two answers. */
  private static Map<String, String> comparable(Answer answer) {
    Map<String, String> seen = new TreeMap<>();
    answer.headers().map().forEach((name, values) -> seen.put(name, values.toString()));
    seen.keySet().removeAll(List.of("date", "x-request-id"));
    // These count down by the second.
    seen.computeIfPresent("retry-after", (name, value) -> "soon");
    seen.computeIfPresent("ratelimit", (name, value) -> value.replaceAll("[rt]=\\d+", ""));
    ObjectNode body = answer.body().deepCopy();
    body.remove("trace_id");
    seen.put("body", body.toString());
    seen.put("status", String.valueOf(answer.status()));
    return seen;
  }

  private static double median(List<Double> values) {
    return Interval.median(values.stream().mapToDouble(Double::doubleValue).toArray());
  }
}
