package dev.warmgate.cli;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmgate.audit.AuditContext;
import dev.warmgate.database.RecordRows;
import dev.warmgate.mail.MailOutbox;
import dev.warmgate.session.LoginDao;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Dependencies;
import dev.warmgate.testkit.Eventually;
import dev.warmgate.testkit.RunningService;
import dev.warmgate.testkit.SecondFactor;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.sqlobject.SqlObjectPlugin;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Tests the {@code admin} commands and how soon they take effect. */
final class AdminCommandIT {
  private static final String NEW_PASSWORD = "a brand-new passphrase";
  private static final String DATABASE = Dependencies.newDatabaseUrl();

  @RegisterExtension
  static final RunningService SERVICE =
      new RunningService()
          .withManyConnections()
          .with("database.url", DATABASE)
          .with("refresh.predecessor", "off");

  @TempDir private static Path directory;

  private static String configuration;
  private static String adminEmail;
  private static Answer admin;

  @BeforeAll
  static void makeTheFirstAdmin() throws Exception {
    configuration = CommandConfiguration.in(directory, DATABASE);
    adminEmail = newEmail();
    CommandRun created = create(adminEmail, PASSWORD);
    assertThat(created.status()).as(created.err()).isZero();
    admin = created.factor().login(SERVICE.api(), adminEmail, PASSWORD);
  }

  private final ApiClient api = SERVICE.api();
  private final String email = newEmail();
  private final Answer user = api.register(email);
  private final String id = api.me(user.text("access_token")).text("account_id");

  @Test
  @Tag("quick")
  void createMakesAnAdminWhoCanLogIn() {
    JsonNode me = api.me(admin.text("access_token")).body();

    assertThat(me.path("roles")).hasToString("[\"admin\"]");
    assertThat(
            SERVICE.value(
                "SELECT actor FROM audit_event WHERE event = 'admin.created' AND account_id = ?::uuid",
                me.path("account_id").asText()))
        .isEqualTo("operator");
  }

  /** No service has made partitions for days, and a key must be taken back. */
  @Test
  void aCommandMakesThePartitionsThatItNeeds() {
    SERVICE.sql(
        "DROP TABLE "
            + SERVICE.value(
                "SELECT name FROM time_partition"
                    + " WHERE table_name = 'revocation' AND now() >= begins AND now() < ends"));

    CommandRun listed = CommandRun.keys("keys", "--config", configuration, "list");
    assertThat(listed.status()).as(listed.err()).isZero();
    assertThat(SERVICE.sql("INSERT INTO revocation (kind, ref) VALUES ('key', 'none')")).isOne();
  }

  @Test
  void theCommandExplainsARefusalInOneLine() {
    List<CommandRun> refused =
        List.of(
            create(email, PASSWORD),
            create(newEmail(), "short"),
            create(newEmail(), ""),
            create(newEmail(), "password123"),
            takeOver(newEmail(), PASSWORD),
            takeOver(adminEmail, PASSWORD),
            takeOver(email, "short"),
            takeOver(email, "password123"),
            admin("promote", "--yes", "--account", UUID.randomUUID().toString()),
            admin("demote", "--email", email));
    assertThat(refused).extracting(CommandRun::status).containsOnly(1);
    assertThat(
            List.of(
                admin("create", "--password-stdin", "--email", "nobody"),
                admin("create", "--password-stdin", "--email", "decoy@warmup.invalid"),
                admin("create", "--email", newEmail()),
                admin("create", "--promote", "--email", email),
                admin("promote", "--yes", "--account", email)))
        .extracting(CommandRun::status)
        .containsOnly(64);
    assertThat(refused)
        .allSatisfy(ended -> {
          assertThat(ended.err().strip().lines()).hasSize(1);
          assertThat(ended.err()).doesNotContain(PASSWORD, "example.com");
        });
  }

  @Test
  void createNamesBothAlternativesWhenTheAddressIsTaken() {
    assertThat(create(email, NEW_PASSWORD).err())
        .contains("a stranger's")
        .contains("--promote")
        .contains("admin promote --account ID");
    assertThat(api.login(email, PASSWORD).status()).as("the account is unchanged").isEqualTo(200);
    assertThat(list(api.login(email, PASSWORD)).code()).isEqualTo("forbidden");
  }

  /** The address is not verified, so the person who registered it first must lose all access. */
  @Test
  void takingOverAnAccountLocksOutItsFormerOwner() throws Exception {
    api.me(user.text("access_token"));
    CommandRun taken = takeOver(email, NEW_PASSWORD);
    assertThat(taken.status()).as(taken.err()).isZero();
    assertThat(events())
        .isEqualTo(
            "user.registered,session.started,admin.created,password.changed,factor.added,sessions.ended,"
                + "recovery_codes.made");

    assertEndsSoon(user);
    assertThat(api.refresh(user.text("refresh_token")).code()).isEqualTo("session_ended");
    assertThat(api.login(email, PASSWORD).code()).isEqualTo("invalid_credentials");
    assertThat(list(taken.factor().login(api, email, NEW_PASSWORD)).status()).isEqualTo(200);
    assertThat(SERVICE.value("SELECT password_version FROM account WHERE id = ?::uuid", id))
        .as("the former owner's devices are unknown")
        .isEqualTo("2");
  }

  @Test
  void takingOverAnAccountEndsALoginInProgress() throws Exception {
    LoginDao.Opening opening = LoginDao.Opening.example();
    try (Connection connection = SERVICE.connection();
        Handle login =
            Jdbi.create(connection)
                .installPlugin(new SqlObjectPlugin())
                .registerRowMapper(new RecordRows())
                .open()) {
      login.begin();
      login
          .attach(LoginDao.class)
          .open(UUID.fromString(id), 1, "{}", opening, MailOutbox.EXAMPLE, AuditContext.EXAMPLE);
      CompletableFuture<CommandRun> taken =
          CompletableFuture.supplyAsync(() -> takeOver(email, NEW_PASSWORD));
      Eventually.within(
          Duration.ofSeconds(20),
          () ->
              SERVICE
                  .value(
                      "SELECT count(*) FROM pg_stat_activity"
                          + " WHERE datname = current_database() AND wait_event_type = 'Lock'")
                  .equals("1"));
      login.commit();
      assertThat(taken.get().status()).as(taken.get().err()).isZero();
    }

    assertThat(
            SERVICE.value(
                "SELECT count(*) FROM living_session WHERE id IN (?, ?::uuid)",
                opening.id(),
                user.text("session_id")))
        .isEqualTo("0");
  }

  @Test
  void promoteShowsTheAccountAndAsksForConfirmation() {
    CommandRun unconfirmed = admin("promote", "--account", id);
    assertThat(unconfirmed.status()).as("no terminal for the confirmation").isEqualTo(64);
    assertThat(unconfirmed.err())
        .contains(email)
        .contains(
            SERVICE.value(
                "SELECT to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"
                    + " FROM account WHERE id = ?::uuid",
                id))
        .contains("from 127.0.0.1")
        .contains("Disabled: no")
        .contains("--yes");
    assertThat(list(api.refresh(user.text("refresh_token"))).code()).isEqualTo("forbidden");

    CommandRun promoted = admin("promote", "--yes", "--account", id);
    assertThat(promoted.status()).as(promoted.err()).isZero();
    assertThat(
            list(SecondFactor.enrol(api, api.login(email, PASSWORD).text("access_token"))
                    .confirmed())
                .status())
        .as("the password is unchanged")
        .isEqualTo(200);

    CommandRun again = admin("promote", "--yes", "--account", id);
    assertThat(again.status()).isEqualTo(1);
    assertThat(again.err()).endsWith("The account is an admin already.\n");
  }

  @Test
  void promoteRefusesADisabledAccount() {
    SERVICE.sql("UPDATE account SET disabled_at = now() WHERE id = ?::uuid", id);
    purgeTrail();
    CommandRun refused = admin("promote", "--yes", "--account", id);

    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err()).contains("from unknown").contains("Disabled: yes");
    assertThat(SERVICE.value("SELECT role FROM account WHERE id = ?::uuid", id)).isEqualTo("user");
  }

  private void purgeTrail() {
    SERVICE.sql("ALTER TABLE audit_event DISABLE TRIGGER audit_event_append_only");
    SERVICE.sql("DELETE FROM audit_event WHERE account_id = ?::uuid", id);
    SERVICE.sql("ALTER TABLE audit_event ENABLE TRIGGER audit_event_append_only");
  }

  private String events() {
    return SERVICE.value(
        "SELECT string_agg(event, ',' ORDER BY id) FROM audit_event WHERE account_id = ?::uuid",
        id);
  }

  @Test
  void aPromotionTakesEffectWithTheNextTokenAndADemotionAtOnce() throws Exception {
    assertThat(admin("promote", "--yes", "--account", id).status()).isZero();
    assertThat(list(user).code()).as("the old token does not have the role").isEqualTo("forbidden");
    Answer next = api.refresh(user.text("refresh_token"));
    assertThat(list(next).code()).isEqualTo("insufficient_user_authentication");
    SecondFactor enrolled = SecondFactor.enrol(api, next.text("access_token"));
    Answer promoted = api.refresh(next.text("refresh_token"));
    assertThat(list(promoted).status()).isEqualTo(200);

    SERVICE.sql("UPDATE account SET role = 'user' WHERE id = ?::uuid", id);
    assertThat(list(promoted).code())
        .as("the role was removed in the database")
        .isEqualTo("forbidden");
    SERVICE.sql("UPDATE account SET role = 'admin' WHERE id = ?::uuid", id);
    assertThat(list(promoted).status()).isEqualTo(200);

    assertThat(admin("demote", "--email", email).status()).isZero();
    assertEndsSoon(promoted);
    assertThat(api.refresh(promoted.text("refresh_token")).code()).isEqualTo("session_ended");
    assertThat(list(enrolled.login(api, email, PASSWORD)).code()).isEqualTo("forbidden");
  }

  /** The command runs outside the service, which learns of the change through Redis. */
  private void assertEndsSoon(Answer session) throws Exception {
    Eventually.within(
        Duration.ofSeconds(5),
        () -> api.me(session.text("access_token")).code().equals("session_ended"));
  }

  private Answer list(Answer session) {
    return api.get("/api/v1/admin/accounts", session.text("access_token"));
  }

  private static CommandRun create(String email, String password) {
    return run(password + "\n", "create", "--email", email, "--password-stdin");
  }

  private static CommandRun takeOver(String email, String password) {
    return run(password + "\n", "create", "--promote", "--email", email, "--password-stdin");
  }

  private static CommandRun admin(String... arguments) {
    return run("", arguments);
  }

  private static CommandRun run(String input, String... arguments) {
    return CommandRun.admin(
        input,
        Stream.concat(Stream.of("admin", "--config", configuration), Stream.of(arguments))
            .toArray(String[]::new));
  }
}
