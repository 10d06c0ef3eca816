package dev.warmgate;

import static dev.warmgate.ApiClient.PASSWORD;
import static dev.warmgate.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmgate.cli.Operator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What operators can do to admins, and how soon it holds. */
final class AdminCommandIT {
  private static final String DATABASE = Dependencies.newDatabaseUrl();

  @RegisterExtension
  static final RunningService SERVICE =
      new RunningService().with("database.url", DATABASE).with("refresh.grace", "0s");

  @TempDir private static Path directory;

  private static String configuration;
  private static String adminEmail;
  private static Answer admin;

  @BeforeAll
  static void makeTheFirstAdmin() throws Exception {
    configuration = configuration().toString();
    adminEmail = newEmail();
    Operator.Ended made = create(adminEmail, PASSWORD);
    assertThat(made.status()).as(made.said()).isZero();
    admin = SERVICE.api().login(adminEmail, PASSWORD);
  }

  private final ApiClient api = SERVICE.api();
  private final String email = newEmail();
  private final Answer user = api.register(email);
  private final String id = api.me(user.text("access_token")).text("account_id");

  @Test
  void theCommandMakesAnAdminWhoCanLogIn() {
    JsonNode me = api.me(admin.text("access_token")).body();

    assertThat(me.path("roles")).hasToString("[\"admin\"]");
    assertThat(
            SERVICE.value(
                "SELECT actor FROM audit_event WHERE event = 'admin.created' AND account_id = ?::uuid",
                me.path("account_id").asText()))
        .isEqualTo("operator");
  }

  @Test
  void theCommandSaysInOneLineWhyItMakesNone() {
    List<Operator.Ended> refused =
        List.of(
            create(email, PASSWORD),
            create(newEmail(), "short"),
            create(newEmail(), ""),
            create(newEmail(), "password123"),
            admin("create", "--promote", "--email", newEmail()),
            admin("create", "--promote", "--email", adminEmail),
            admin("demote", "--email", email));
    assertThat(refused).extracting(Operator.Ended::status).containsOnly(1);
    assertThat(
            List.of(
                admin("create", "--password-stdin", "--email", "nobody"),
                admin("create", "--password-stdin", "--email", "decoy@warmup.invalid")))
        .extracting(Operator.Ended::status)
        .containsOnly(64);
    assertThat(refused)
        .allSatisfy(ended -> {
          assertThat(ended.said().strip().lines()).hasSize(1);
          assertThat(ended.said()).doesNotContain(PASSWORD, "example.com");
        });
  }

  @Test
  void aGivenRoleHoldsWithTheNextTokenAndATakenOneAtOnce() {
    assertThat(admin("create", "--promote", "--email", email).status()).isZero();
    assertThat(list(user).code()).as("the old token knows nothing of it").isEqualTo("forbidden");
    Answer promoted = api.refresh(user.text("refresh_token"));
    assertThat(list(promoted).status()).isEqualTo(200);

    SERVICE.sql("UPDATE account SET role = 'user' WHERE id = ?::uuid", id);
    assertThat(list(promoted).code()).as("whoever took it away").isEqualTo("forbidden");
    SERVICE.sql("UPDATE account SET role = 'admin' WHERE id = ?::uuid", id);
    assertThat(list(promoted).status()).isEqualTo(200);

    assertThat(admin("demote", "--email", email).status()).isZero();
    assertThat(api.me(promoted.text("access_token")).code()).isEqualTo("session_ended");
    assertThat(api.refresh(promoted.text("refresh_token")).code()).isEqualTo("session_ended");
    assertThat(list(api.login(email, PASSWORD)).code()).isEqualTo("forbidden");
  }

  private Answer list(Answer session) {
    return api.get("/api/v1/admin/accounts", session.text("access_token"));
  }

  private static Operator.Ended create(String email, String password) {
    return Operator.admin(
        password + "\n",
        "admin",
        "--config",
        configuration,
        "create",
        "--email",
        email,
        "--password-stdin");
  }

  private static Operator.Ended admin(String... arguments) {
    return Operator.admin(
        "",
        Stream.concat(Stream.of("admin", "--config", configuration), Stream.of(arguments))
            .toArray(String[]::new));
  }

  /** The delivered configuration, with what a deployment's environment would say. */
  private static Path configuration() throws Exception {
    String text =
        Files.readString(Path.of("config/warmgate.yml"))
            .replace("${WARMGATE_MODE:-production}", "development")
            .replace("${DATABASE_URL:-}", DATABASE)
            .replace("${REDIS_URL:-}", Dependencies.redisUrl())
            .replace("${WARMGATE_ISSUER:-}", "http://127.0.0.1:8080")
            .replace("${WARMGATE_KEY_ENCRYPTION_KEYS:-}", newKey())
            .replace("${WARMGATE_REFRESH_KEYS:-}", newKey())
            .replaceAll("\\$\\{\\w+:-([^}]*)}", "$1");
    return Files.writeString(directory.resolve("warmgate.yml"), text);
  }

  private static String newKey() {
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    return "k1:" + Base64.getEncoder().encodeToString(random);
  }
}
