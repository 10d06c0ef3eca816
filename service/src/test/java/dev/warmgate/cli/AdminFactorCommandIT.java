package dev.warmgate.cli;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Dependencies;
import dev.warmgate.testkit.Eventually;
import dev.warmgate.testkit.RunningService;
import dev.warmgate.testkit.SecondFactor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Tests the second factors of admins: printed when they are made, and reset when lost. */
final class AdminFactorCommandIT {
  private static final String DATABASE = Dependencies.newDatabaseUrl();

  @RegisterExtension
  static final RunningService SERVICE = new RunningService().with("database.url", DATABASE);

  @TempDir private static Path directory;

  private static String configuration;

  @BeforeAll
  static void configure() throws Exception {
    configuration = CommandConfiguration.in(directory, DATABASE);
  }

  private final ApiClient api = SERVICE.api();
  private final String email = newEmail();

  @Test
  void createPrintsTheSecondFactorWithoutWhichThereIsNoAdmin() {
    CommandRun created = create();

    assertThat(created.status()).as(created.err()).isZero();
    assertThat(created.out()).contains("otpauth://totp/").contains("█").doesNotContain(PASSWORD);
    assertThat(created.err()).doesNotContain("otpauth");
    assertThat(api.login(email, PASSWORD).code()).isEqualTo("mfa_required");
    assertThat(list(created.factor().login(api, email, PASSWORD)).status()).isEqualTo(200);
  }

  @Test
  void createPrintsRecoveryCodesForAnAdminWhoLosesTheApp() {
    List<String> codes = create().recoveryCodes();

    assertThat(codes).hasSize(10).doesNotHaveDuplicates();
    for (String code : List.of(codes.getFirst(), codes.getLast())) {
      Answer session = SecondFactor.verify(api, api.login(email, PASSWORD), "recovery_code", code);
      assertThat(session.status()).isEqualTo(200);
      assertThat(list(session).status()).isEqualTo(200);
    }
    assertThat(
            SERVICE.value(
                "SELECT count(*) FROM audit_event"
                    + " WHERE event = 'recovery_codes.made' AND actor = 'operator'"
                    + " AND account_id = (SELECT id FROM account WHERE email = ?)",
                email))
        .isEqualTo("1");
  }

  @Test
  void resetFactorsLetsAnAdminBackInWhoLostThem() throws Exception {
    Answer session = create().factor().login(api, email, PASSWORD);
    CommandRun reset = admin("", "reset-factors", "--email", email);

    assertThat(reset.status()).as(reset.err()).isZero();
    Eventually.within(
        Duration.ofSeconds(5),
        () -> api.me(session.text("access_token")).code().equals("session_ended"));
    Answer again = api.login(email, PASSWORD);
    assertThat(again.status()).isEqualTo(200);
    assertThat(list(again).code()).isEqualTo("insufficient_user_authentication");
    SecondFactor enrolled = SecondFactor.enrol(api, again.text("access_token"));
    assertThat(list(enrolled.confirmed()).status()).isEqualTo(200);
    assertThat(resets()).isEqualTo("1");
    assertThat(admin("", "reset-factors", "--email", newEmail()).status()).isEqualTo(1);
  }

  /** A stranger's factor would lock out the admin, and a recovery code let the stranger in. */
  @Test
  void takingOverAnAccountReplacesItsFactors() {
    SecondFactor strangers = SecondFactor.enrol(api, api.register(email).text("access_token"));
    CommandRun taken =
        admin("another passphrase\n", "create", "--promote", "--email", email, "--password-stdin");

    assertThat(taken.status()).as(taken.err()).isZero();
    Answer first = api.login(email, "another passphrase");
    for (String[] theirs :
        new String[][] {
          {"code", strangers.code()}, {"recovery_code", strangers.recoveryCode(0)},
        }) {
      assertThat(SecondFactor.verify(api, first, theirs[0], theirs[1]).code())
          .isEqualTo("invalid_factor");
    }
    assertThat(list(taken.factor().login(api, email, "another passphrase")).status())
        .isEqualTo(200);
    assertThat(resets()).isEqualTo("1");
    Answer again = api.login(email, "another passphrase");
    String code = taken.recoveryCodes().getFirst();
    assertThat(SecondFactor.verify(api, again, "recovery_code", code).status()).isEqualTo(200);
  }

  private String resets() {
    return SERVICE.value(
        "SELECT count(*) FROM audit_event WHERE event = 'factors.reset' AND actor = 'operator'"
            + " AND account_id = (SELECT id FROM account WHERE email = ?)",
        email);
  }

  private Answer list(Answer session) {
    return api.get("/api/v1/admin/accounts", session.text("access_token"));
  }

  private CommandRun create() {
    return admin(PASSWORD + "\n", "create", "--email", email, "--password-stdin");
  }

  private static CommandRun admin(String input, String... arguments) {
    return CommandRun.admin(
        input,
        Stream.concat(Stream.of("admin", "--config", configuration), Stream.of(arguments))
            .toArray(String[]::new));
  }
}
