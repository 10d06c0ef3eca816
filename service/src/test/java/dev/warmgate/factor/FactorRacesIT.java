package dev.warmgate.factor;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Eventually;
import dev.warmgate.testkit.Mailed;
import dev.warmgate.testkit.Parallel;
import dev.warmgate.testkit.SecondFactor;
import java.io.IOException;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tries factors side by side at two replicas, and tries to raise a session without one. */
final class FactorRacesIT {
  private static final int GUESSES = 60;
  private static final Duration SOON = Duration.ofSeconds(4);

  @RegisterExtension static final FactorReplicas REPLICAS = new FactorReplicas();

  private final ApiClient api = REPLICAS.api(0);
  private final ApiClient other = REPLICAS.api(1);
  private final String email = newEmail();
  private final Answer session = REPLICAS.register(email);
  private final SecondFactor factor = SecondFactor.enrol(api, session.text("access_token"));

  @Test
  void guessesSideBySideAreAllCounted() throws Exception {
    String wrong = factor.wrongCode();
    List<Answer> firsts = firstSteps(GUESSES);
    List<Answer> answers =
        Parallel.run(
            GUESSES,
            i -> SecondFactor.verify(i % 2 == 0 ? api : other, firsts.get(i), "code", wrong));

    assertThat(answers.stream().filter(answer -> answer.code().equals("invalid_factor")))
        .hasSizeLessThanOrEqualTo(FactorReplicas.MOST_FAILURES);
    assertThat(answers.stream().filter(answer -> answer.status() == 429))
        .hasSizeGreaterThanOrEqualTo(GUESSES - FactorReplicas.MOST_FAILURES);
    Answer limited = verify(api, factor.code());
    assertThat(limited.header("RateLimit-Policy")).startsWith("\"failed-factor\"");
    assertThat(
            SecondFactor.verify(
                    api, api.login(email, PASSWORD), "recovery_code", factor.recoveryCode(0))
                .status())
        .as("another way in is left for the owner")
        .isEqualTo(200);
  }

  /** Whoever has the password must not hold up the owner where they have used the factor before. */
  @Test
  void guessesElsewhereDoNotHoldUpKnownDevicesAndSessions() {
    Answer owner = factor.login(api, email, PASSWORD);
    useUpTheGuesses();
    assertThat(verify(other, factor.wrongCode()).status()).as("an unknown device").isEqualTo(429);

    Answer again = login(owner.text("device_token"));
    assertThat(SecondFactor.verify(other, again, "code", factor.code()).status()).isEqualTo(200);
    Answer stepUp =
        api.post(
            "/api/v1/auth/mfa/step-up",
            owner.text("access_token"),
            Map.of("code", factor.usedCode()));
    assertThat(stepUp.code()).as("it is checked").isEqualTo("invalid_factor");
  }

  /**
   * Of such devices somebody with the password may have had any number before there was a factor.
   */
  @Test
  void aDeviceThatOnlyKnewThePasswordHasNoGuessesOfItsOwn() {
    useUpTheGuesses();

    Answer first = login(session.text("device_token"));

    assertThat(SecondFactor.verify(api, first, "code", factor.wrongCode()).status()).isEqualTo(429);
  }

  @Test
  void aKnownDeviceIsNotGoodForAnyNumberOfGuesses() {
    String device = factor.login(api, email, PASSWORD).text("device_token");
    int guesses = 0;
    for (int i = 0; i < 3 * FactorReplicas.MOST_FAILURES; i++) {
      Answer answer = SecondFactor.verify(api, login(device), "code", factor.wrongCode());
      guesses += answer.status() == 429 ? 0 : 1;
    }

    assertThat(guesses).isEqualTo(2 * FactorReplicas.MOST_FAILURES);
  }

  private Answer login(String device) {
    return api.post(
        "/api/v1/auth/login", Map.of("email", email, "password", PASSWORD, "device_token", device));
  }

  private void useUpTheGuesses() {
    for (int i = 0; i < FactorReplicas.MOST_FAILURES; i++) {
      assertThat(verify(i % 2 == 0 ? api : other, factor.wrongCode()).code())
          .isEqualTo("invalid_factor");
    }
  }

  @Test
  void oneLoginIsGoodForFiveGuesses() throws Exception {
    Answer first = api.login(email, PASSWORD);
    String wrong = factor.wrongCode();
    List<Answer> answers =
        Parallel.run(20, i -> SecondFactor.verify(i % 2 == 0 ? api : other, first, "code", wrong));

    assertThat(answers.stream().filter(answer -> answer.code().equals("invalid_factor")))
        .hasSizeLessThanOrEqualTo(5);
    assertThat(SecondFactor.verify(api, first, "code", factor.code()).code())
        .isEqualTo("invalid_mfa_token");
    assertThat(verify(api, factor.code()).status()).isEqualTo(200);
  }

  @Test
  void aStepIsUsedOnceAtTwoReplicasAtOnce() throws Exception {
    String code = factor.code();
    List<Answer> firsts = firstSteps(8);
    List<Answer> answers =
        Parallel.run(
            firsts.size(),
            i -> SecondFactor.verify(i % 2 == 0 ? api : other, firsts.get(i), "code", code));

    assertThat(answers.stream().filter(answer -> answer.status() == 200)).hasSize(1);
  }

  @Test
  void aRecoveryCodeIsUsedOnceAtTwoReplicasAtOnce() throws Exception {
    List<Answer> firsts = firstSteps(8);
    List<Answer> answers =
        Parallel.run(
            firsts.size(),
            i ->
                SecondFactor.verify(
                    i % 2 == 0 ? api : other,
                    firsts.get(i),
                    "recovery_code",
                    factor.recoveryCode(0)));

    assertThat(answers.stream().filter(answer -> answer.status() == 200)).hasSize(1);
  }

  /** Neither a refresh nor a new password raises the level of a session, or lowers it. */
  @Test
  void aSessionKeepsItsLevel() throws IOException {
    Answer low = REPLICAS.register(newEmail());
    assertThat(level(api.refresh(low.text("refresh_token")))).isEqualTo("aal1");
    Answer high = factor.login(api, email, PASSWORD);
    Answer refreshed = other.refresh(high.text("refresh_token"));
    assertThat(level(refreshed)).isEqualTo("aal2");
    Answer changed =
        api.post(
            "/api/v1/auth/password",
            refreshed.text("access_token"),
            Map.of("current_password", PASSWORD, "new_password", "seven quiet lanterns"));
    assertThat(level(changed)).isEqualTo("aal2");
    assertThat(level(api.refresh(changed.text("refresh_token")))).isEqualTo("aal2");
  }

  /** The session of an account that had no factor stays as it is when another one adds one. */
  @Test
  void theOldSessionOfAnAccountIsNotRaised() throws IOException {
    String address = newEmail();
    Answer old = REPLICAS.register(address);
    Answer adding = api.login(address, PASSWORD);
    SecondFactor _ = SecondFactor.enrol(api, adding.text("access_token"));

    assertThat(api.me(old.text("access_token")).code()).isEqualTo("session_ended");
    assertThat(api.refresh(old.text("refresh_token")).code()).isEqualTo("session_ended");
    assertThat(level(api.refresh(adding.text("refresh_token")))).isEqualTo("aal2");
  }

  /** What somebody with the password enrolled before counts for nothing once there is a factor. */
  @Test
  void aFactorThatWaitedIsNotConfirmedWithThePasswordOnly() {
    String address = newEmail();
    Answer thief = REPLICAS.register(address);
    Answer waiting = enrol(thief);
    sql("UPDATE account SET factors = 1 WHERE email = ?", address);

    assertThat(confirm(thief, waiting).code()).isEqualTo("conflict");
  }

  /** Otherwise a thief's session, which the owner ends, would come back and spare itself. */
  @Test
  void aFactorIsNotConfirmedByASessionThatEndsMeanwhile() throws Exception {
    String address = newEmail();
    Answer thief = REPLICAS.register(address);
    Answer waiting = enrol(thief);
    try (Connection owner = REPLICAS.one().connection();
        Statement end = owner.createStatement()) {
      owner.setAutoCommit(false);
      end.executeUpdate(
          "UPDATE account SET sessions_ended_at = clock_timestamp() WHERE email = '%s'"
              .formatted(address));
      CompletableFuture<Answer> confirmed =
          CompletableFuture.supplyAsync(() -> confirm(thief, waiting));
      Eventually.within(
          SOON,
          () ->
              REPLICAS.one().value("SELECT count(*) FROM pg_locks WHERE NOT granted").equals("1"));
      owner.commit();

      assertThat(confirmed.get().code()).isEqualTo("conflict");
    }
    assertThat(api.refresh(thief.text("refresh_token")).code()).isEqualTo("session_ended");
  }

  @Test
  void anAddressThatNobodyHasProvenGetsNoFactor() {
    Answer unproven = api.register(newEmail());

    assertThat(enrol(unproven).code()).isEqualTo("email_not_confirmed");
  }

  /** A stranger's factor must not lock out the owner who proves the address. */
  @Test
  void theOwnerOfAnAddressIsNotLockedOutByAStrangersFactor() {
    String address = newEmail();
    Answer stranger = REPLICAS.register(address);
    SecondFactor _ = SecondFactor.enrol(api, stranger.text("access_token"));
    sql("UPDATE account SET email_confirmed_at = NULL WHERE email = ?", address);
    api.post("/api/v1/auth/forgot", Map.of("email", address));
    Answer reset =
        api.post(
            "/api/v1/auth/reset",
            Map.of(
                "token",
                Mailed.newest(REPLICAS.one(), address, "reset").token(),
                "password",
                "seven quiet lanterns"));

    assertThat(reset.status()).isEqualTo(200);
    assertThat(api.login(address, "seven quiet lanterns").status()).isEqualTo(200);
  }

  private List<Answer> firstSteps(int count) {
    List<Answer> firsts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      firsts.add(api.login(email, PASSWORD));
    }
    return firsts;
  }

  private Answer verify(ApiClient at, String code) {
    return SecondFactor.verify(at, at.login(email, PASSWORD), "code", code);
  }

  private Answer enrol(Answer by) {
    return api.post(
        "/api/v1/auth/factors",
        by.text("access_token"),
        Map.of("type", "totp", "name", UUID.randomUUID().toString(), "password", PASSWORD));
  }

  private Answer confirm(Answer by, Answer enrolled) {
    return api.post(
        "/api/v1/auth/factors/" + enrolled.text("factor_id") + "/confirm",
        by.text("access_token"),
        Map.of("code", SecondFactor.of(enrolled.text("secret")).codeAt(0)));
  }

  private static void sql(String statement, Object... parameters) {
    int _ = REPLICAS.one().sql(statement, parameters);
  }

  private static String level(Answer pair) throws IOException {
    String claims = pair.text("access_token").split("\\.", -1)[1];
    return new ObjectMapper().readTree(Base64.getUrlDecoder().decode(claims)).path("acr").asText();
  }
}
