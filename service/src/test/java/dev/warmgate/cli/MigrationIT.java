package dev.warmgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.Dependencies;
import dev.warmgate.testkit.Eventually;
import dev.warmgate.testkit.RunningService;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Plays a migration through: 100,000 accounts of six formats; an import that is killed twice;
 * logins; a second import after changes on both sides; and an export that is taken back.
 */
@Tag("full")
final class MigrationIT {
  private static final String DATABASE = Dependencies.newDatabaseUrl();
  private static final int EACH = 16_667;
  private static final int LOGINS_EACH = 200;
  private static final int CHANGED = EACH / 100;
  private static final String NEW_PASSWORD = "a brand-new passphrase";

  /** Of Go's and crypt_blowfish's test vectors. */
  private static final String BEFORE =
      "$2a$10$XajjQvNhvvRt5GSeFk1xFeyqRrsxkhBkUiQeg0dt.wU1qD4aFDcga";

  private static final String AFTER =
      "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";

  private static final String PBKDF2 =
      "pbkdf2:sha256:100000$ytpbaYqPGjqvwDI7$5c23241c1f98c3a5e4ed78c79e49e2f5a20ee0015411f88565239471d52027ae";

  private static final String STAPLE = "correct horse battery staple";

  /**
   * A format with the password of all its accounts.
   *
   * @param head of the file, and {@code tail}, around what {@code record} returns
   */
  private record Format(
      String source,
      String password,
      String head,
      String tail,
      String separator,
      IntFunction<String> record) {
    String email(int number) {
      return source + "." + number + "@migrated.example";
    }

    Path write(Path directory) throws IOException {
      Path file = directory.resolve(source + ".txt");
      try (BufferedWriter out = Files.newBufferedWriter(file)) {
        out.write(head);
        for (int i = 0; i < EACH; i++) {
          out.write((i == 0 ? "" : separator) + record.apply(i));
        }
        out.write(tail);
      }
      return file;
    }
  }

  @RegisterExtension
  static final RunningService SERVICE = new RunningService().with("database.url", DATABASE);

  @TempDir private static Path directory;

  private static String configuration;

  @BeforeAll
  static void configure() throws Exception {
    configuration = CommandConfiguration.in(directory, DATABASE);
  }

  @Test
  void leavesNobodyBehind() throws Exception {
    for (Format format : formats(BEFORE)) {
      Path file = format.write(directory);
      if (format.source().equals("supabase")) {
        killTwice(file);
      }
      CommandRun done = take(configuration, format.source(), file.toString());
      assertThat(done.status()).as(format.source() + done).isZero();
      assertThat(count(format)).as(format.source()).isEqualTo(EACH);
    }
    for (Format format : formats(BEFORE)) {
      logIn(format, 0, LOGINS_EACH, format.password());
    }
    changeOnBothSides();
    takeBackElsewhere();
  }

  private static List<Format> formats(String supabaseHash) {
    return List.of(
        new Format(
            "supabase",
            "allmine",
            "id,email,encrypted_password,email_confirmed_at,created_at\n",
            "\n",
            "\n",
            i -> {
              boolean isChanged = i >= LOGINS_EACH && i < LOGINS_EACH + CHANGED;
              return "%08d-0000-4000-8000-000000000000,supabase.%d@migrated.example,%s,2024-01-01,2024-01-01"
                  .formatted(i, i, isChanged ? supabaseHash : BEFORE);
            }),
        new Format(
            "keycloak",
            "password",
            "{\"users\": [",
            "]}",
            ",\n",
            i ->
                """
                {"id": "k%1$d", "email": "keycloak.%1$d@migrated.example", "credentials": [{"type": "password",
                "secretData": "{\\"value\\":\\"JsfNbCOIdZUbyBJ+BT+VoGI91Ec2rWLOvkLPDaX8e9k=\\",\\"salt\\":\\"P5rtFkGtPfoaryJ6PizUJw==\\"}",
                "credentialData": "{\\"hashIterations\\":27500,\\"algorithm\\":\\"pbkdf2-sha256\\"}"}]}\
                """
                    .formatted(i)),
        new Format(
            "auth0",
            "allmine",
            "",
            "\n",
            "\n",
            i ->
                """
                {"user_id": "auth0|%1$d", "email": "auth0.%1$d@migrated.example"}
                {"_id": {"$oid": "%1$d"}, "passwordHash": "%2$s"}\
                """
                    .formatted(i, BEFORE)),
        new Format(
            "firebase",
            "user1password",
            "{\"users\": [",
            "]}",
            ",\n",
            i ->
                """
                {"localId": "f%1$d", "email": "firebase.%1$d@migrated.example", "salt": "42xEC+ixf3L2lw==",
                "passwordHash": "lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ=="}\
                """
                    .formatted(i)),
        new Format(
            "django",
            "password",
            "[",
            "]",
            ",\n",
            i ->
                """
                {"model": "auth.user", "pk": %1$d, "fields": {"email": "django.%1$d@migrated.example",
                "password": "$pbkdf2-sha256$i=27500$P5rtFkGtPfoaryJ6PizUJw$JsfNbCOIdZUbyBJ+BT+VoGI91Ec2rWLOvkLPDaX8e9k"}}\
                """
                    .formatted(i)),
        new Format(
            "csv",
            STAPLE,
            "id,email,password_hash\n",
            "\n",
            "\n",
            i -> i + ",csv." + i + "@migrated.example," + PBKDF2));
  }

  private static void killTwice(Path file) throws Exception {
    for (int kill = 1; kill <= 2; kill++) {
      Process importing =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-jar",
                  "target/warmgate.jar",
                  "import",
                  "--config",
                  configuration,
                  "--from",
                  "supabase",
                  "--rate",
                  "3000",
                  file.toString())
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("killed.log").toFile())
              .start();
      long enough = 5000L * kill;
      Eventually.within(
          Duration.ofMinutes(2),
          () -> Long.parseLong(SERVICE.value("SELECT count(*) FROM account")) >= enough);
      int _ = importing.destroyForcibly().waitFor();
    }
  }

  /** One in a hundred gets another password at the source, another one here. */
  private static void changeOnBothSides() throws Exception {
    Format before = formats(BEFORE).getFirst();
    Format after = formats(AFTER).getFirst();
    for (int i = 0; i < CHANGED; i++) {
      Answer session = SERVICE.api().login(before.email(i), before.password());
      assertThat(
              SERVICE
                  .api()
                  .post(
                      "/api/v1/auth/password",
                      session.text("access_token"),
                      Map.of("current_password", before.password(), "new_password", NEW_PASSWORD))
                  .status())
          .isEqualTo(200);
    }

    CommandRun done = take(configuration, "supabase", after.write(directory).toString());

    assertThat(done.status()).as(done.toString()).isZero();
    assertThat(done.err()).contains("changed: " + CHANGED + ", unchanged: " + (EACH - CHANGED));
    logIn(after, 0, CHANGED, NEW_PASSWORD);
    logIn(after, CHANGED, LOGINS_EACH - CHANGED, before.password());
    logIn(after, LOGINS_EACH, CHANGED, "U*U");
  }

  private static void takeBackElsewhere() throws Exception {
    Path first = directory.resolve("first.ndjson");
    Path second = directory.resolve("second.ndjson");
    assertThat(export(configuration, first).status()).isZero();
    Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
    String other = CommandConfiguration.in(elsewhere, Dependencies.newDatabaseUrl());
    assertThat(take(other, "warmgate", first.toString()).err()).contains("created: " + 6 * EACH);
    assertThat(export(other, second).status()).isZero();
    assertThat(second).hasSameBinaryContentAs(first);
  }

  private static void logIn(Format format, int from, int count, String password) throws Exception {
    try (ExecutorService clients = Executors.newFixedThreadPool(2)) {
      List<Future<Integer>> statuses = new ArrayList<>();
      for (int i : IntStream.range(from, from + count).toArray()) {
        statuses.add(clients.submit(() -> SERVICE.api().login(format.email(i), password).status()));
      }
      for (Future<Integer> status : statuses) {
        assertThat(status.get()).as(format.source()).isEqualTo(200);
      }
    }
  }

  private static int count(Format format) {
    return Integer.parseInt(
        SERVICE.value("SELECT count(*) FROM account WHERE email LIKE ?", format.source() + ".%"));
  }

  private static CommandRun export(String configured, Path file) {
    return CommandRun.exporting(
        "export", "--config", configured, "--with-secrets", file.toString());
  }

  private static CommandRun take(String configured, String source, String file) {
    List<String> arguments =
        new ArrayList<>(List.of("import", "--config", configured, "--from", source, file));
    if (source.equals("firebase")) {
      arguments.add("--hash-config");
      arguments.add("src/test/resources/transfer/firebase-hash-config.txt");
    }
    return CommandRun.importing(Map.of(), "", arguments.toArray(String[]::new));
  }
}
