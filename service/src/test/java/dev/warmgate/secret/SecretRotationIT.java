package dev.warmgate.secret;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.signingkey.SigningKeys;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Dependencies;
import dev.warmgate.testkit.KeyOperator;
import dev.warmgate.testkit.RunningService;
import dev.warmgate.testkit.SecondFactor;
import dev.warmgate.testkit.Secrets;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests a rotation of the secrets while two replicas run, one of them a step ahead. */
@Tag("quick")
final class SecretRotationIT {
  private final String url = Dependencies.newDatabaseUrl();
  private final String old = Secrets.of("k1");
  private final String fresh = Secrets.of("k2");

  @Test
  void noTokenIsRefusedWhileTheSecretsAreReplaced() throws Exception {
    AtomicReference<Answer> session = new AtomicReference<>();
    String email = newEmail();
    SecondFactor factor;
    try (Replica before = new Replica(old + "," + fresh);
        Replica ahead = new Replica(fresh + "," + old)) {
      session.set(before.api().register(email));
      factor = SecondFactor.enrol(before.api(), session.get().text("access_token"));
      refreshesAndVerifies(session, ahead, before);
      refreshesAndVerifies(session, before, ahead);
      refreshesAndVerifies(session, ahead, before);

      assertThat(encryptedWith(ahead)).isEqualTo("k1");
      try (KeyOperator operator = new KeyOperator(url, fresh + "," + old)) {
        assertThat(operator.keys.reencrypt()).isEqualTo(1);
        assertThat(operator.keys.reencrypt()).isZero();
        assertThat(operator.factors.reencrypt()).as("the app and the recovery codes").isEqualTo(2);
        assertThat(operator.factors.reencrypt()).isZero();
      }
      assertThat(encryptedWith(ahead)).isEqualTo("k2");
      ((SigningKeys) before.service.healthCheck("signing-keys")).load();
      refreshesAndVerifies(session, before, ahead);
      refreshesAndVerifies(session, ahead, before);
    }
    // The refresh token of the session has been made with the new secret by now.
    try (Replica after = new Replica(fresh)) {
      refreshesAndVerifies(session, after, after);
      assertThat(factor.login(after.api(), email, PASSWORD).status()).isEqualTo(200);
      Answer first = after.api().login(email, PASSWORD);
      assertThat(
              SecondFactor.verify(after.api(), first, "recovery_code", factor.recoveryCode(0))
                  .status())
          .isEqualTo(200);
    }
  }

  private static void refreshesAndVerifies(
      AtomicReference<Answer> session, Replica signer, Replica verifier) {
    String access = session.get().text("access_token");
    assertThat(signer.api().me(access).status()).isEqualTo(200);
    Answer pair = signer.api().refresh(session.get().text("refresh_token"));
    assertThat(pair.status()).isEqualTo(200);
    assertThat(verifier.api().me(pair.text("access_token")).status()).isEqualTo(200);
    session.set(pair);
  }

  private static String encryptedWith(Replica replica) {
    return replica.service.value("SELECT encryption_key_id FROM signing_key");
  }

  private final class Replica implements AutoCloseable {
    private final RunningService service;

    Replica(String secrets) throws Exception {
      service =
          new RunningService()
              .with("database.url", url)
              .with("secrets.key_encryption_keys", secrets)
              .with("secrets.refresh_keys", secrets);
      service.start();
    }

    ApiClient api() {
      return service.api();
    }

    @Override
    public void close() {
      service.stop();
    }
  }
}
