package dev.warmgate.passkey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmgate.secret.SecretKeys;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.Dependencies;
import dev.warmgate.testkit.Eventually;
import dev.warmgate.testkit.Parallel;
import dev.warmgate.testkit.RunningService;
import dev.warmgate.testkit.SoftwareAuthenticator;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Uses passkeys as their owners would not, on two replicas. */
final class PasskeyAttackIT {
  private static final String SITE = "https://auth.example.com";

  private static final String DATABASE = Dependencies.newDatabaseUrl();

  @RegisterExtension static final RunningService SERVICE = service();
  @RegisterExtension static final RunningService REPLICA = service();

  private static RunningService service() {
    return new RunningService()
        .withManyConnections()
        .with("database.url", DATABASE)
        .with("tokens.issuer", SITE)
        .with("passkeys.rp_id", "example.com");
  }

  private final PasskeyOwner ada = new PasskeyOwner(SERVICE.api(), SITE);
  private final PasskeyOwner eve = new PasskeyOwner(SERVICE.api(), SITE);

  @BeforeEach
  void addPasskey() {
    ada.addPasskey();
  }

  @Test
  void anAnswerIsGoodOnce() throws Exception {
    // Otherwise the counter would refuse it the second time.
    eve.device.withoutCounter();
    eve.addPasskey();
    ObjectNode answer = eve.device.get(eve.signInOptions());

    List<Integer> statuses =
        Parallel.run(8, i -> (i % 2 == 0 ? eve : eve.at(REPLICA.api())).signIn(answer).status());
    assertThat(statuses.stream().filter(status -> status == 200)).hasSize(1);
    refused(eve.signIn(answer));
    assertThat(eve.signIn().status()).isEqualTo(200);
  }

  @Test
  void theAnswerToAChallengeOfAnotherUseIsRefused() {
    String token = ada.mfaToken();
    ObjectNode ofSecondStep = ada.device.get(ada.challenge(token).body());

    refused(ada.signIn(ofSecondStep));
    assertThat(ada.verify(token, ada.device.get(ada.signInOptions())).code())
        .isEqualTo("invalid_factor");
    assertThat(ada.verify(token, ofSecondStep).status()).isEqualTo(200);
  }

  @Test
  void onePasskeyIsOfOneAccountAndTryingLeavesNothing() {
    for (int i = 0; i < 3; i++) {
      ObjectNode adas = ada.device.create(eve.registration().body());
      assertThat(eve.register(adas).code()).isEqualTo("passkey_known");
    }

    assertThat(
            SERVICE.value(
                "SELECT count(*) FROM factor JOIN account ON account.id = factor.account_id"
                    + " WHERE account.email = ?",
                eve.email))
        .isEqualTo("0");
  }

  @Test
  void aPasskeyOpensNoOtherAccount() {
    eve.addPasskey();
    String adas = ada.mfaToken();
    ObjectNode options = (ObjectNode) ada.challenge(adas).body();

    assertThat(ada.verify(adas, eve.device.get(options)).code()).isEqualTo("invalid_factor");
    JsonNode eves = eve.challenge(eve.mfaToken()).body();
    assertThat(ada.verify(adas, ada.device.get(eves)).code()).isEqualTo("invalid_factor");
  }

  @Test
  void aPasskeyIsAddedToTheAccountThatAskedForIt() {
    ObjectNode made = new SoftwareAuthenticator(SITE).create(eve.registration().body());

    refused(ada.register(made));
    assertThat(eve.register(made).status()).isEqualTo(201);
    refused(eve.register(made));
  }

  /** Whoever asked had to prove who they are, and the session that answers has not. */
  @Test
  void aPasskeyIsAddedInTheSessionThatAskedForIt() {
    PasskeyOwner elsewhere = ada.at(SERVICE.api());
    elsewhere.accessToken = ada.signIn().text("access_token");
    ObjectNode made = new SoftwareAuthenticator(SITE).create(ada.registration().body());

    refused(elsewhere.register(made));
    assertThat(ada.register(made).status()).isEqualTo(201);
  }

  @Test
  void theAnswerOfOneLoginIsNoneOfAnother() {
    String mine = ada.mfaToken();
    ObjectNode answer = ada.device.get(ada.challenge(mine).body());

    assertThat(ada.verify(ada.mfaToken(), answer).code()).isEqualTo("invalid_factor");
    assertThat(ada.stepUp(answer).code()).isEqualTo("invalid_factor");
    assertThat(ada.verify(mine, answer).status()).isEqualTo(200);
  }

  @Test
  void aCopyIsNoticed() throws Exception {
    SoftwareAuthenticator copy = ada.device.copy();
    assertThat(ada.signIn().status()).isEqualTo(200);
    assertThat(ada.signIn().status()).isEqualTo(200);

    refused(ada.signIn(copy.get(ada.signInOptions())));
    assertThat(events("passkey.cloned")).isEqualTo("1");
    assertThat(ada.signIn().status()).as("the owner's").isEqualTo(200);
  }

  @Test
  void aChallengeRunsOut() {
    byte[] old =
        new Challenges(
                new SecretKeys(RunningService.KEY),
                Clock.offset(Clock.systemUTC(), Duration.ofMinutes(-6)))
            .create(Challenges.Purpose.SIGN_IN, null);
    ObjectNode options = (ObjectNode) ada.signInOptions();
    options.put("challenge", Base64.getUrlEncoder().withoutPadding().encodeToString(old));

    refused(ada.signIn(ada.device.get(options)));
  }

  @Test
  void otherSitesAndAbsentOwnersAreRefused() {
    refused(ada.signIn(ada.device.at("https://evil.example.net").get(ada.signInOptions())));
    refused(ada.signIn(ada.device.at("https://other.example.com").get(ada.signInOptions())));
    refused(ada.signIn(ada.device.copy().withoutVerification().get(ada.signInOptions())));
    refused(ada.signIn(new SoftwareAuthenticator(SITE).get(ada.signInOptions())));
    assertThat(ada.signIn().status()).isEqualTo(200);
  }

  @Test
  void aDisabledAccountStaysClosed() {
    SERVICE.sql("UPDATE account SET disabled_at = now() WHERE email = ?", ada.email);

    assertThat(ada.signIn().status()).isEqualTo(401);
  }

  @Test
  void askingWritesNothing() {
    String before = SERVICE.value("SELECT count(*) FROM passkey_challenge");
    for (int i = 0; i < 50; i++) {
      assertThat(ada.signInOptions().path("challenge").asText()).isNotEmpty();
    }
    assertThat(SERVICE.value("SELECT count(*) FROM passkey_challenge")).isEqualTo(before);
  }

  @Test
  void malformedAnswersAreRefused() {
    ObjectNode answer = ada.device.get(ada.signInOptions());
    for (String field : List.of("clientDataJSON", "authenticatorData", "signature")) {
      ObjectNode wrong = answer.deepCopy();
      wrong.withObject("response").put(field, "AAAA");
      refused(ada.signIn(wrong));
      wrong.withObject("response").remove(field);
      refused(ada.signIn(wrong));
    }
    Answer empty =
        SERVICE.api().post("/api/v1/auth/passkeys/sign-in/verify", Map.of("credential", Map.of()));
    refused(empty);
  }

  private String events(String event) throws Exception {
    Eventually.within(Duration.ofSeconds(10), () -> !count(event).equals("0"));
    return count(event);
  }

  private String count(String event) {
    return SERVICE.value(
        "SELECT count(*) FROM audit_event WHERE event = ? AND account_id ="
            + " (SELECT id FROM account WHERE email = ?)",
        event,
        ada.email);
  }

  private static void refused(Answer answer) {
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(403);
    assertThat(answer.code()).isEqualTo("invalid_passkey");
  }
}
