package dev.warmgate.passkey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmgate.secret.SecretKeys;
import dev.warmgate.testkit.Secrets;
import dev.warmgate.testkit.SoftwareAuthenticator;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks what is asked of browsers, and which answers prove something. */
final class CeremoniesTest {
  private static final String ORIGIN = "https://auth.example.com";
  private static final UUID ADA = UUID.randomUUID();
  private static final UUID EVE = UUID.randomUUID();
  private static final UUID SESSION = UUID.randomUUID();
  private static final UUID OTHER = UUID.randomUUID();

  private final Ceremonies ceremonies = at("example.com");
  private final SoftwareAuthenticator authenticator = new SoftwareAuthenticator(ORIGIN);

  private static Ceremonies at(String domain) {
    return new Ceremonies(
        new PasskeySite(domain, Set.of(ORIGIN), true),
        "Warmgate",
        new Challenges(new SecretKeys(KEYS), Clock.systemUTC()));
  }

  private static final String KEYS = Secrets.of("k1");

  @Test
  void askForWhatAPasskeyNeeds() {
    JsonNode options = ceremonies.askToCreate(SESSION, ADA, "ada@example.com", List.of());

    assertThat(options.path("rp").path("id").asText()).isEqualTo("example.com");
    assertThat(options.path("user").path("name").asText()).isEqualTo("ada@example.com");
    assertThat(options.path("attestation").asText()).isEqualTo("none");
    assertThat(options.path("timeout").asInt()).isEqualTo(300_000);
    JsonNode selection = options.path("authenticatorSelection");
    assertThat(selection.path("residentKey").asText()).isEqualTo("required");
    assertThat(selection.path("userVerification").asText()).isEqualTo("required");
    assertThat(ceremonies.askToSignIn().path("userVerification").asText()).isEqualTo("required");
    assertThat(ceremonies.askToSignIn().path("allowCredentials").isEmpty()).isTrue();
  }

  @Test
  void recognizeAPasskeyThatTheyMade() throws Exception {
    KnownPasskey passkey = register(ADA);
    List<PasskeyDao.Listed> known =
        List.of(new PasskeyDao.Listed(passkey.credentialId(), "internal hybrid"));

    assertThat(used(null, authenticator.get(ceremonies.askToSignIn()), passkey).signCount())
        .isEqualTo(1);
    ObjectNode options = ceremonies.askToVerify(ADA, known);
    assertThat(options.path("allowCredentials").path(0).path("transports"))
        .extracting(JsonNode::asText)
        .containsExactlyInAnyOrder("internal", "hybrid");
    assertThat(used(ADA, authenticator.get(options), passkey).signCount()).isEqualTo(2);
    assertThat(ceremonies.askToCreate(SESSION, ADA, "a@b.c", known).path("excludeCredentials"))
        .hasSize(1);
  }

  @Test
  void refuseWhatProvesNothing() throws Exception {
    KnownPasskey passkey = register(ADA);
    ObjectNode signIn = ceremonies.askToSignIn();

    refused("origin", () -> used(null, authenticator.at("https://evil.net").get(signIn), passkey));
    refused("origin", () -> used(null, authenticator.at(ORIGIN + ":8443").get(signIn), passkey));
    refused("unknown", () -> used(null, new SoftwareAuthenticator(ORIGIN).get(signIn), null));
    refused(
        "invalid",
        () -> used(null, authenticator.copy().withoutVerification().get(signIn), passkey));
    refused(
        "challenge",
        () -> used(null, authenticator.get(ceremonies.askToVerify(ADA, List.of())), passkey));
    refused("challenge", () -> used(ADA, authenticator.get(signIn), passkey));
    refused(
        "challenge",
        () -> used(EVE, authenticator.get(ceremonies.askToVerify(ADA, List.of())), passkey));
    refused(
        "invalid",
        () -> used(EVE, authenticator.get(ceremonies.askToVerify(EVE, List.of())), passkey));
    refused(
        "challenge", () -> used(null, authenticator.get(signIn.put("challenge", "AAAA")), passkey));
    ObjectNode elsewhere = ceremonies.askToSignIn().put("rpId", "evil.net");
    refused("invalid", () -> used(null, authenticator.get(elsewhere), passkey));
    KnownPasskey otherKey =
        register(new SoftwareAuthenticator(ORIGIN), ADA, passkey.credentialId());
    refused("invalid", () -> used(null, authenticator.get(ceremonies.askToSignIn()), otherKey));
  }

  @Test
  void refuseToRegisterWhatWasMadeForSomethingElse() {
    ObjectNode options = ceremonies.askToCreate(SESSION, ADA, "ada@example.com", List.of());

    refused(
        "challenge",
        () -> ceremonies.created(OTHER, ADA, authenticator.create(options).toString()));
    refused(
        "origin",
        () ->
            ceremonies.created(
                SESSION, ADA, authenticator.at("https://evil.net").create(options).toString()));
    refused(
        "invalid",
        () ->
            ceremonies.created(
                SESSION,
                ADA,
                authenticator.copy().withoutVerification().create(options).toString()));
    options.withObject("rp").put("id", "evil.net");
    refused(
        "invalid",
        () -> ceremonies.created(SESSION, ADA, authenticator.create(options).toString()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{}",
        "{\"id\": 7}",
        "{\"id\":\"AA\",\"rawId\":\"AA\",\"type\":\"public-key\",\"response\":{},"
            + "\"clientExtensionResults\":{}}",
        "{\"id\":\"AA\",\"rawId\":\"AA\",\"type\":\"public-key\",\"clientExtensionResults\":{},"
            + "\"response\":{\"clientDataJSON\":\"bnVsbA\",\"authenticatorData\":\"AA\","
            + "\"signature\":\"AA\",\"attestationObject\":\"AA\"}}"
      })
  void refuseGarbage(String answer) {
    refused("malformed", () -> ceremonies.created(SESSION, ADA, answer));
    refused("malformed", () -> used(null, answer, null));
  }

  /**
   * Whatever byte of an answer is changed, it is refused for a reason, and nothing else happens.
   */
  @Test
  void refuseEachAnswerThatWasChanged() throws Exception {
    KnownPasskey passkey = register(ADA);
    ObjectNode answer = authenticator.get(ceremonies.askToSignIn());
    for (String field : List.of("clientDataJSON", "authenticatorData", "signature", "userHandle")) {
      String value = answer.path("response").path(field).asText();
      for (int at = 0; at < value.length() - 1; at += 7) {
        String changed = value.substring(0, at) + other(value.charAt(at)) + value.substring(at + 1);
        ObjectNode wrong = answer.deepCopy();
        wrong.withObject("response").put(field, changed);
        assertThatThrownBy(() -> used(null, wrong, passkey))
            .as(field + " at " + at)
            .isInstanceOf(RefusedPasskey.class);
      }
    }
    assertThat(used(null, answer, passkey).signCount()).isEqualTo(1);
  }

  /** A new passkey may be changed in places that nothing depends on, such as its own id. */
  @Test
  void failForNoOtherReasonIfANewPasskeyWasChanged() {
    ObjectNode options = ceremonies.askToCreate(SESSION, ADA, "ada@example.com", List.of());
    ObjectNode answer = authenticator.create(options);
    String value = answer.path("response").path("attestationObject").asText();
    int refused = 0;
    for (int at = 0; at < value.length() - 1; at++) {
      ObjectNode wrong = answer.deepCopy();
      wrong
          .withObject("response")
          .put(
              "attestationObject",
              value.substring(0, at) + other(value.charAt(at)) + value.substring(at + 1));
      try {
        assertThat(ceremonies.created(SESSION, ADA, wrong.toString()).challenge()).isNotEmpty();
      } catch (RefusedPasskey expected) {
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }

  private static char other(char digit) {
    return digit == 'A' ? 'B' : 'A';
  }

  private KnownPasskey register(UUID account) throws RefusedPasskey {
    return register(authenticator, account, null);
  }

  private KnownPasskey register(SoftwareAuthenticator device, UUID account, byte[] credentialId)
      throws RefusedPasskey {
    ObjectNode options = ceremonies.askToCreate(SESSION, account, "ada@example.com", List.of());
    NewPasskey made = ceremonies.created(SESSION, account, device.create(options).toString());
    assertThat(made.transports().split(" ")).containsExactlyInAnyOrder("internal", "hybrid");
    return new KnownPasskey(
        UUID.randomUUID(),
        account,
        credentialId == null ? made.credentialId() : credentialId,
        made.publicKey(),
        made.signCount(),
        made.backupEligible());
  }

  private Ceremonies.Used used(UUID account, ObjectNode answer, KnownPasskey stored)
      throws RefusedPasskey {
    return used(account, answer.toString(), stored);
  }

  private Ceremonies.Used used(UUID account, String text, KnownPasskey stored)
      throws RefusedPasskey {
    Ceremonies.Answer answer = ceremonies.read(account, text);
    if (stored == null || !Arrays.equals(stored.credentialId(), answer.credentialId())) {
      throw new RefusedPasskey("unknown");
    }
    return ceremonies.used(account, answer, stored);
  }

  private static void refused(String reason, ThrowingCallable action) {
    assertThatThrownBy(action).isInstanceOf(RefusedPasskey.class).hasMessage(reason);
  }
}
