package dev.warmgate.cli;

import static dev.warmgate.cli.Imports.BCRYPT;
import static dev.warmgate.cli.Imports.OF_DECOMPOSED;
import static dev.warmgate.cli.Imports.OLD_PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Dependencies;
import dev.warmgate.testkit.Eventually;
import dev.warmgate.testkit.RunningService;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Imports accounts whose addresses others have, here or at the source. */
final class ImportAddressesIT {
  private static final String DATABASE = Dependencies.newDatabaseUrl();

  @RegisterExtension static final Imports IMPORTS = new Imports(DATABASE);

  @RegisterExtension
  static final RunningService SERVICE = new RunningService().with("database.url", DATABASE);

  private final ApiClient api = SERVICE.api();

  @Test
  void computesAnIdFromTheAddressHoweverItIsWritten() {
    String email = newEmail();
    IMPORTS.csv("email,password_hash", email.toUpperCase(java.util.Locale.ROOT) + "," + BCRYPT);

    assertThat(IMPORTS.csv("email,password_hash", email + "," + OF_DECOMPOSED).err())
        .contains("changed: 1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1000", "1"})
  void swapsAddressesThatWereSwappedAtTheSource(String rate) {
    UUID one = UUID.randomUUID();
    UUID two = UUID.randomUUID();
    String first = newEmail();
    String second = newEmail();
    IMPORTS.csv("id,email", one + "," + first, two + "," + second);

    CommandRun done =
        IMPORTS.run(
            "id,email\n" + one + "," + second + "\n" + two + "," + first + "\n",
            "--from",
            "csv",
            "--rate",
            rate,
            "-");

    assertThat(done.status()).as(done.toString()).isZero();
    assertThat(done.err()).contains("changed: 2");
    assertThat(value("email", one)).isEqualTo(second);
    assertThat(value("email", two)).isEqualTo(first);
  }

  /** Nobody can keep customers out by registering their addresses before the migration. */
  @Test
  void takesOverAnAccountThatNeverProvedTheAddress() throws Exception {
    String email = newEmail();
    Answer stranger = api.register(email);
    UUID id = UUID.randomUUID();

    CommandRun done =
        IMPORTS.csv("id,email,email_confirmed,password_hash", id + "," + email + ",yes," + BCRYPT);

    assertThat(done.status()).as(done.toString()).isZero();
    assertThat(api.login(email, ApiClient.PASSWORD).status()).isEqualTo(401);
    assertThat(api.me(api.login(email, OLD_PASSWORD).text("access_token")).text("account_id"))
        .isEqualTo(id.toString());
    Eventually.within(
        Duration.ofSeconds(5), () -> api.me(stranger.text("access_token")).status() == 401);
    assertThat(api.refresh(stranger.text("refresh_token")).status()).isEqualTo(401);
    assertThat(
            SERVICE.value(
                "SELECT details ->> 'reason' FROM audit_event WHERE event = 'user.deleted'"
                    + " ORDER BY id DESC LIMIT 1"))
        .isEqualTo("address_proven");
  }

  /** As a registration does: what is in use is not deleted. */
  @Test
  void reportsAnAccountInUseThatNeverProvedTheAddress() {
    String email = newEmail();
    api.register(email);
    api.login(email, ApiClient.PASSWORD);

    CommandRun done =
        IMPORTS.csv("id,email,email_confirmed", UUID.randomUUID() + "," + email + ",yes");

    assertThat(done.out())
        .isEqualTo(
            "standard input:2: has the address of an account here that never proved it, but is in"
                + " use or was imported\n");
    assertThat(api.login(email, ApiClient.PASSWORD).status()).isEqualTo(200);
  }

  private static String value(String column, UUID id) {
    return SERVICE.value("SELECT " + column + " FROM account WHERE id = ?", id);
  }
}
