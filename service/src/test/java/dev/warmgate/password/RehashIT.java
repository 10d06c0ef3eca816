package dev.warmgate.password;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.Dependencies;
import dev.warmgate.testkit.Eventually;
import dev.warmgate.testkit.RunningService;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Tests a change of the hashing parameters between two starts. */
final class RehashIT {
  private static final String HASH = "SELECT password_hash FROM account WHERE email = ?";

  @Test
  void renewsAHashAtTheNextLoginAndKeepsSessions() throws Exception {
    String database = Dependencies.newDatabaseUrl();
    String email = newEmail();
    String other = newEmail();

    RunningService before =
        new RunningService()
            .withDeliveredHashing()
            .with("database.url", database)
            .with("hashing.iterations", "3");
    before.start();
    Answer session = before.api().register(email);
    before.api().register(other);
    assertThat(before.value(HASH, email)).contains("m=19456,t=3,p=1");
    before.stop();

    RunningService after =
        new RunningService().withDeliveredHashing().with("database.url", database);
    after.start();
    try {
      assertThat(after.api().login(email, "not the password").status()).isEqualTo(401);
      assertThat(after.api().login(email, PASSWORD).status()).isEqualTo(200);

      Eventually.within(
          Duration.ofSeconds(10), () -> after.value(HASH, email).contains("m=19456,t=2,p=1"));
      assertThat(after.value(HASH, other)).contains("t=3");
      assertThat(after.api().login(email, PASSWORD).status()).isEqualTo(200);
      assertThat(after.api().login(other, "not the password").status()).isEqualTo(401);
      assertThat(after.api().me(session.text("access_token")).status()).isEqualTo(200);
      assertThat(after.api().refresh(session.text("refresh_token")).status()).isEqualTo(200);
      assertThat(after.value(HASH, other)).as("a wrong password renews nothing").contains("t=3");
    } finally {
      after.stop();
    }
  }
}
