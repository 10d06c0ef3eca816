package dev.warmgate.account;

import static dev.warmgate.account.Comparison.comparable;
import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.account.Comparison.Pair;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Mailed;
import dev.warmgate.testkit.RunningService;
import dev.warmgate.testkit.ServingTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Checks that neither the answer nor the time of a login or a forgotten password reveals whether an
 * account exists (ASVS 6.3.8).
 */
final class KnownOrUnknownIT {
  private static final String WRONG = "wrong password";
  private static final int ATTEMPTS = 10;

  @RegisterExtension
  static final RunningService SERVICE =
      Mailed.on(new RunningService())
          // A hash still takes several times the difference that a comparison tolerates.
          .with("hashing.memory_kib", "8192")
          .with("switches.rate_limits", "true")
          .with("rate_limits.mail", "100000/1m")
          .with("rate_limits.login", "100000/1m")
          .with("rate_limits.register", "100000/1m");

  private final ApiClient api = SERVICE.api();

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
    assertThat(difference.isBeyond(0.25 * Interval.median(times)))
        .as(difference.toString())
        .isFalse();
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
    assertThat(comparable(unknown)).isEqualTo(comparable(known)).containsEntry("status", "202");
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

  private static long statements() {
    return SERVICE.statements("dev.warmgate.account.")
        + SERVICE.statements("dev.warmgate.session.")
        + SERVICE.statements("dev.warmgate.proof.");
  }

  /** Returns the median time of a guess, in milliseconds. */
  private double assertSameTime(IntFunction<Pair> pairs) {
    return assertSameTime(pairs, this::time);
  }

  private double assertSameTime(IntFunction<Pair> pairs, ToDoubleFunction<String> time) {
    warmUp();
    return Comparison.assertSameTime(pairs, time);
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
}
