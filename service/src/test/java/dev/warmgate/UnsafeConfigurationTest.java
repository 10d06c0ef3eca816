package dev.warmgate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.network.Cidr;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks that production refuses unsafe settings and secrets that are not well protected. */
final class UnsafeConfigurationTest {
  private final DeliveredConfiguration delivered = new DeliveredConfiguration();
  private final Map<String, String> environment = delivered.environment;

  @Test
  void refusesToRunWithoutLimitsInProduction() throws Exception {
    environment.put("RATE_LIMITS", "off");
    assertThat(delivered.refusal())
        .contains("switches.rate_limits and switches.pool may be off in development mode only");

    environment.put("WARMGATE_MODE", "development");
    assertThat(delivered.read().switches.rateLimits()).isFalse();
  }

  @Test
  void refusesHashingThatIsWeakerThanOwaspAllowsInProduction() throws Exception {
    environment.put("HASHING_MEMORY_KIB", "1024");
    for (String iterations : List.of("1", "20")) {
      environment.put("HASHING_ITERATIONS", iterations);
      assertThat(delivered.refusal())
          .contains("hashing.memory_kib and hashing.iterations must be at least one of OWASP's");
    }

    environment.put("WARMGATE_MODE", "development");
    assertThat(delivered.read().hashing.memoryKib()).isEqualTo(1024);
  }

  @Test
  void refusesACommonDatabasePasswordInProduction() throws Exception {
    for (String credentials :
        List.of("auth:auth", "auth:Postgres", "auth:changeme", "auth:", "auth")) {
      environment.put("DATABASE_URL", "postgres://" + credentials + "@db/auth");
      assertThat(delivered.refusal()).as(credentials).contains("database.url must have a password");
    }
    environment.put("WARMGATE_MODE", "development");
    assertThat(delivered.read().database.url().password()).isEmpty();

    environment.remove("WARMGATE_MODE");
    environment.put("DATABASE_URL", "postgres://auth@db/auth?sslmode=verify-full&sslkey=key.pk8");
    assertThat(delivered.read().database.url().user()).isEqualTo("auth");
  }

  @Test
  void refusesAnIssuerWithoutTlsInProduction() throws Exception {
    environment.put("WARMGATE_ISSUER", "http://auth.example.com");
    assertThat(delivered.refusal())
        .contains("tokens.issuer must be https:// outside development mode");

    environment.put("WARMGATE_MODE", "development");
    assertThat(delivered.read().tokens.issuer()).isEqualTo("http://auth.example.com");
  }

  @ParameterizedTest
  @CsvSource({
    "db/auth, redis://:hunter2@redis:6379, database.url redis.url",
    "db/auth?sslmode=require, rediss://:hunter2@redis:6379, database.url",
    "'a,b/auth?ssl=true&sslmode=require', rediss://:hunter2@redis?verifyPeer=NONE, database.url redis.url",
    "db/auth?sslmode=verify-full, rediss://:hunter2@redis:6379, ''",
    "db/auth?ssl=true, redis://:hunter2@127.0.0.1:6379, ''",
    "'localhost:5432,[::1]/auth', redis://:hunter2@localhost, ''",
    "'localhost,db/auth', redis://:hunter2@localhost, database.url",
  })
  void warnsOfServersThatProductionDoesNotVerify(String database, String redis, String keys)
      throws Exception {
    environment.put("DATABASE_URL", "postgres://user:hunter2@" + database);
    environment.put("REDIS_URL", redis);

    List<String> warnings = ConfigurationWarnings.of(delivered.read());

    assertThat(warnings.stream().map(line -> line.replaceAll(":.*", "")))
        .containsExactlyElementsOf(
            List.of(keys.split(" ")).stream().filter(k -> !k.isEmpty()).toList());
    assertThat(warnings.toString()).doesNotContain("hunter2");

    environment.put("WARMGATE_MODE", "development");
    assertThat(ConfigurationWarnings.of(delivered.read())).isEmpty();
  }

  @Test
  void refusesToSendMailInThePlainInProduction() throws Exception {
    environment.put("MAIL_FROM", "no-reply@example.com");
    environment.put("SMTP_URL", "smtp://user:hunter2@mail.example.net:25?starttls=off");
    assertThat(delivered.refusal())
        .contains("mail.url must not have starttls=off")
        .contains("SMTP_URL");

    for (String url :
        List.of(
            "smtp://user:hunter2@mail.example.net",
            "smtps://user:hunter2@mail.example.net",
            "smtp://127.0.0.1:25")) {
      environment.put("SMTP_URL", url);
      assertThat(delivered.read().mail.isOn()).as(url).isTrue();
    }

    environment.put("WARMGATE_MODE", "development");
    environment.put("SMTP_URL", "smtp://mailpit:1025?starttls=off");
    assertThat(delivered.read().mail.url().host()).isEqualTo("mailpit");
  }

  @Test
  void needsASenderForMails() throws Exception {
    environment.put("SMTP_URL", "smtps://user:hunter2@mail.example.net");
    assertThat(delivered.refusal()).contains("mail.from must be set").contains("MAIL_FROM");

    environment.remove("SMTP_URL");
    assertThat(delivered.read().mail.isOn()).isFalse();
  }

  @Test
  void needsTemplatesInTheLanguageOfMails(@TempDir Path directory) throws Exception {
    environment.put("MAIL_LANGUAGE", "fr");
    assertThat(delivered.refusal()).contains("mail.language").contains("MAIL_LANGUAGE");

    Files.writeString(directory.resolve("reset.fr.txt"), "Bonjour {{Email}}");
    environment.put("MAIL_TEMPLATES", directory.toString());
    assertThat(delivered.read().mail.language()).isEqualTo("fr");
  }

  @Test
  void stopsAtATemplateThatDoesNotCompile(@TempDir Path directory) throws Exception {
    Files.writeString(directory.resolve("reset.html"), "<p>\n{{#Token}}");
    environment.put("MAIL_TEMPLATES", directory.toString());

    assertThat(delivered.refusal())
        .contains("mail.templates")
        .contains("reset.html:2:")
        .contains("(from MAIL_TEMPLATES)");
  }

  @Test
  void warnsOfParametersWithoutEffectInEveryMode() throws Exception {
    environment.put("WARMGATE_MODE", "development");
    environment.put("DATABASE_URL", "postgres://user:hunter2@db/auth?pgbouncer=true&schema=a");
    environment.put("REDIS_URL", "redis://:hunter2@redis:6379?family=0");

    assertThat(ConfigurationWarnings.of(delivered.read()))
        .containsExactly(
            "database.url: the parameter pgbouncer has no effect",
            "database.url: the parameter schema has no effect",
            "redis.url: the parameter family has no effect");
  }

  @Test
  void refusesToRunWithoutAPoolInProduction() throws Exception {
    environment.put("POOL", "off");
    assertThat(delivered.refusal())
        .contains("switches.rate_limits and switches.pool may be off in development mode only");

    environment.put("WARMGATE_MODE", "development");
    assertThat(delivered.read().switches.pool()).isFalse();
  }

  @Test
  void refusesToCallPrivateNetworksInProduction() throws Exception {
    environment.put("WEBHOOKS_ALLOW", "127.0.0.0/8");
    assertThat(delivered.refusal())
        .contains("webhooks.allow may name networks in development mode only");

    environment.put("WARMGATE_MODE", "development");
    assertThat(delivered.read().webhooks.allow()).containsExactly(Cidr.parse("127.0.0.0/8"));
  }

  @Test
  void readsSecretsFromAFileThatOthersCannotRead(@TempDir Path directory) throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("refresh"), "k2:" + DeliveredConfiguration.OTHER_KEY + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    environment.remove("WARMGATE_REFRESH_KEYS");
    environment.put("WARMGATE_REFRESH_KEYS_FILE", file.toString());

    assertThat(delivered.read().secrets.refreshKeys().newestId()).isEqualTo("k2");

    environment.put("WARMGATE_REFRESH_KEYS", "k1:" + DeliveredConfiguration.KEY);
    assertThat(delivered.refusal()).contains("secrets.refresh_keys and secrets.refresh_keys_file");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r--r--", "rw----r--", "rw-----w-"})
  void refusesASecretsFileThatOthersCanReadOrWrite(String permissions, @TempDir Path directory)
      throws Exception {
    Path file =
        Files.writeString(directory.resolve("refresh"), "k2:" + DeliveredConfiguration.OTHER_KEY);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    environment.remove("WARMGATE_REFRESH_KEYS");
    environment.put("WARMGATE_REFRESH_KEYS_FILE", file.toString());

    assertThat(delivered.refusal()).contains("secrets.refresh_keys_file").contains("chmod o-rw");
  }

  @Test
  void namesTheKeyOfAMissingOrInvalidSecretsFile(@TempDir Path directory) throws Exception {
    environment.remove("WARMGATE_REFRESH_KEYS");
    environment.put("WARMGATE_REFRESH_KEYS_FILE", directory.resolve("none").toString());
    assertThat(delivered.refusal())
        .contains("secrets.refresh_keys_file")
        .contains("cannot be read");

    Path file = Files.writeString(directory.resolve("refresh"), "k1:hunter2");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    environment.put("WARMGATE_REFRESH_KEYS_FILE", file.toString());
    assertThat(delivered.refusal())
        .contains("secrets.refresh_keys_file")
        .contains("32 are required");
  }

  @Test
  void refusesOneKeyForTwoPurposesInProduction() throws Exception {
    environment.put(
        "WARMGATE_REFRESH_KEYS",
        "k2:" + DeliveredConfiguration.OTHER_KEY + ",k1:" + DeliveredConfiguration.KEY);
    assertThat(delivered.refusal()).contains("must not share a key");

    environment.put("WARMGATE_MODE", "development");
    assertThat(delivered.read().secrets.refreshKeys().newestId()).isEqualTo("k2");
  }
}
