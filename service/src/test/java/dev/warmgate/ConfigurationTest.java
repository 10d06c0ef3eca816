package dev.warmgate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.network.Cidr;
import dev.warmgate.session.Predecessor;
import io.dropwizard.configuration.ConfigurationFactory;
import io.dropwizard.configuration.DefaultConfigurationFactoryFactory;
import io.dropwizard.configuration.FileConfigurationSourceProvider;
import io.dropwizard.configuration.SubstitutingSourceProvider;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.jackson.Jackson;
import io.dropwizard.jersey.validation.Validators;
import io.dropwizard.util.JarLocation;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.sourceforge.argparse4j.inf.Namespace;
import org.apache.commons.text.StringSubstitutor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The delivered configuration file under environments that are right, wrong and unsafe. */
final class ConfigurationTest {
  private static final ConfigurationFactory<WarmgateConfiguration> FACTORY =
      new DefaultConfigurationFactoryFactory<WarmgateConfiguration>()
          .create(
              WarmgateConfiguration.class,
              Validators.newValidator(),
              Jackson.newObjectMapper(),
              "no-overrides");

  private static final String KEY = "mZujTQhHGt1xC0LLocORB1IeaBr0AkBp0v3lO5KjqQs=";
  private static final String OTHER_KEY = "JC3WwlibWzEVtOsNPk/MrX/5WtMyCt2pELovv6mfCrg=";

  private final Map<String, String> environment =
      new HashMap<>(
          Map.of(
              "DATABASE_URL", "postgres://user:hunter2@db/auth",
              "REDIS_URL", "redis://:hunter2@redis:6379",
              "WARMGATE_ISSUER", "https://auth.example.com",
              "WARMGATE_KEY_ENCRYPTION_KEYS", "k1:" + KEY,
              "WARMGATE_REFRESH_KEYS", "k1:" + OTHER_KEY));

  private String more = "";

  /** A section of the file that {@link #more} stands in for. */
  private String replaced = "none";

  @Test
  void isCompleteWithTheFiveThingsThatHaveNoDefault() throws Exception {
    WarmgateConfiguration configuration = read();

    assertThat(configuration.mode).isEqualTo(WarmgateConfiguration.Mode.PRODUCTION);
    assertThat(configuration.database.poolSize()).isEqualTo(10);
    assertThat(configuration.hashing.memoryKib()).isEqualTo(19456);
    assertThat(configuration.switches).isEqualTo(FeatureSwitches.ON);
    assertThat(configuration.refresh.predecessor()).isEqualTo(Predecessor.ALWAYS);
    assertThat(configuration.password.minLength()).isEqualTo(8);
    assertThat(configuration.password.breachCheck().url()).isNull();
    assertThat(configuration.trustedProxies).isEmpty();
  }

  @Test
  void asksForBreachesWhereItIsTold() throws Exception {
    environment.put("PASSWORD_BREACH_CHECK_URL", "https://api.pwnedpasswords.com/");

    assertThat(read().password.breachCheck().url()).isEqualTo("https://api.pwnedpasswords.com");
  }

  @ParameterizedTest
  @CsvSource({
    "DATABASE_URL, database.url",
    "REDIS_URL, redis.url",
    "WARMGATE_ISSUER, tokens.issuer",
    "WARMGATE_KEY_ENCRYPTION_KEYS, secrets.key_encryption_keys",
    "WARMGATE_REFRESH_KEYS, secrets.refresh_keys",
  })
  void namesTheKeyOfWhatIsMissing(String variable, String key) {
    environment.remove(variable);
    assertThat(refusal()).contains(key);

    environment.put(variable, "");
    assertThat(refusal()).contains(key);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "WARMGATE_MODE | test | mode",
        "DATABASE_URL | mysql://user:hunter2@db/auth | database.url",
        "DATABASE_POOL_SIZE | 0 | database.pool_size",
        "DATABASE_POOL_SIZE | 201 | database.pool_size",
        "DATABASE_POOL_SIZE | many | database.pool_size",
        "REDIS_URL | http://:hunter2@redis | redis.url",
        "WARMGATE_ISSUER | auth.example.com | tokens.issuer",
        "WARMGATE_ISSUER | https://auth.example.com/ | tokens.issuer",
        "WARMGATE_KEY_ENCRYPTION_KEYS | hunter2 | secrets.key_encryption_keys",
        "WARMGATE_REFRESH_KEYS | k1:aHVudGVyMg== | secrets.refresh_keys",
        "HASHING_MEMORY_KIB | 1024 | hashing.memory_kib",
        "HASHING_ITERATIONS | 0 | hashing.iterations",
        "HASHING_ITERATIONS | 1 | hashing",
        "TRUSTED_PROXIES | 10.0.0.0/8,proxy.example.com | trusted_proxies",
        "WEBHOOKS_ALLOW | localhost | webhooks.allow",
        "PASSWORD_MIN_LENGTH | 7 | password.min_length",
        "PASSWORD_MIN_LENGTH | 65 | password.min_length",
        "PASSWORD_BREACH_CHECK_URL | api.pwnedpasswords.com | password.breach_check.url",
        "PASSWORD_BREACH_CHECK_URL | http://api.pwnedpasswords.com | password.breach_check.url",
        "PASSWORD_BREACH_CHECK_URL | https://127.0.0.1 | password.breach_check.url",
        "PASSWORD_BREACH_CHECK_URL | https://api.example.com/?a=b | password.breach_check.url",
        "PASSWORD_BREACH_CHECK_URL | 'https://api.example.com/#a' | password.breach_check.url",
        "PASSWORD_BREACH_CHECK_TIMEOUT | 10s | password.breach_check",
        "REFRESH_PREDECESSOR | sometimes | refresh.predecessor",
        "REFRESH_PREDECESSOR | on | refresh.predecessor",
        "TRUSTED_HOPS | -1 | trusted_hops",
        "TRUSTED_HOPS | some | trusted_hops",
        "CORS_ALLOWED_ORIGINS | '\"*\"' | cors.allowed_origins",
        "CORS_ALLOWED_ORIGINS | 'null' | cors.allowed_origins",
        "CORS_ALLOWED_ORIGINS | https://app.example.com/ | cors.allowed_origins",
        "CORS_ALLOWED_ORIGINS | 'https://*.example.com' | cors.allowed_origins",
        "CORS_ALLOWED_ORIGINS | http://app.example.com | cors.allowed_origins must be https",
        "TOKENS_RESOURCES | orders.example.com | tokens.resources",
        "TOKENS_RESOURCES | /orders | tokens.resources",
        "TOKENS_RESOURCES | 'https://orders.example.com#x' | tokens.resources",
        "TOKENS_RESOURCES | https:// | tokens.resources",
        "TOKENS_RESOURCES | https://auth.example.com | tokens.resources must not name",
        "TOKENS_RESOURCES | https://auth.example.com/ | tokens.resources must not name",
        "LOG_LEVEL | LOUD | logging.level",
        "FAST_LANE | perhaps | switches.fast_lane",
        "PORT | 99999 | server.applicationConnectors",
      })
  void namesTheKeyOfAWrongVariable(String variable, String value, String key) {
    environment.put(variable, value);

    assertThat(refusal()).contains(key);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "databse | {url: x} | databse",
        "login | {queue: 2s} | login.queue",
        "login | {que: 1s} | login.que",
        "refresh | {grace: 30s} | refresh.grace is called refresh.predecessor now",
        "refresh | {predecessor: 0s} | refresh.predecessor",
        "refresh | {idle: 1s} | refresh.idle",
        "refresh | {absolute: soon} | refresh.absolute",
        "keys | {publish_ahead: 10m} | keys.publish_ahead must be at least 10 minutes",
        "keys | {publish_ahead: 5s} | keys.publish_ahead",
        "keys | {rotate_after: 29m} | keys.rotate_after must be 0 or at least twice",
        "keys | {reload: 0s} | keys.reload",
        "rate_limits | {login: 60} | rate_limits.login",
        "rate_limits | {refresh_forged: 60} | rate_limits.refresh_forged",
        "rate_limits | {failed_login: 0/1m} | rate_limits.failed_login",
      })
  void namesTheKeyOfAWrongSection(String section, String value, String key) {
    replaced = section;
    more = section + ": " + value;

    assertThat(refusal()).contains(key);
  }

  @ParameterizedTest
  @CsvSource({
    "always, Infinity",
    "Always, Infinity",
    "30s, 30",
    "7d, 604800",
    "off, -Infinity",
    "'', Infinity"
  })
  void readsHowLongTheTokenBeforeIsAnswered(String value, double seconds) throws Exception {
    environment.put("REFRESH_PREDECESSOR", value);

    assertThat(read().refresh.predecessor().seconds()).isEqualTo(seconds);
  }

  @Test
  void refusesInProductionToRunWithoutLimits() throws Exception {
    environment.put("RATE_LIMITS", "off");
    assertThat(refusal()).contains("switches.rate_limits may be off in development mode only");

    environment.put("WARMGATE_MODE", "development");
    assertThat(read().switches.rateLimits()).isFalse();
  }

  @Test
  void refusesInProductionAPasswordThatEverybodyKnows() throws Exception {
    for (String credentials :
        List.of("auth:auth", "auth:Postgres", "auth:changeme", "auth:", "auth")) {
      environment.put("DATABASE_URL", "postgres://" + credentials + "@db/auth");
      assertThat(refusal()).as(credentials).contains("database.url must have a password");
    }
    environment.put("WARMGATE_MODE", "development");
    assertThat(read().database.url().password()).isEmpty();

    environment.remove("WARMGATE_MODE");
    environment.put("DATABASE_URL", "postgres://auth@db/auth?sslmode=verify-full&sslkey=key.pk8");
    assertThat(read().database.url().user()).isEqualTo("auth");
  }

  @Test
  void refusesToWorkWithoutAPoolInProduction() throws Exception {
    environment.put("POOL", "off");
    assertThat(refusal()).contains("switches.pool may be off in development mode only");

    environment.put("WARMGATE_MODE", "development");
    assertThat(read().switches.pool()).isFalse();
  }

  @Test
  void refusesInProductionToCallPrivateNetworks() throws Exception {
    environment.put("WEBHOOKS_ALLOW", "127.0.0.0/8");
    assertThat(refusal()).contains("webhooks.allow may name networks in development mode only");

    environment.put("WARMGATE_MODE", "development");
    assertThat(read().webhooks.allow()).containsExactly(Cidr.parse("127.0.0.0/8"));
  }

  @Test
  void readsSecretsFromFilesThatOnlyItsOwnUserCanRead(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("refresh"), "k2:" + OTHER_KEY + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    environment.remove("WARMGATE_REFRESH_KEYS");
    environment.put("WARMGATE_REFRESH_KEYS_FILE", file.toString());

    assertThat(read().secrets.refreshKeys().newestId()).isEqualTo("k2");

    environment.put("WARMGATE_REFRESH_KEYS", "k1:" + KEY);
    assertThat(refusal()).contains("secrets.refresh_keys and secrets.refresh_keys_file");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r--r--", "rw----r--", "rw-----w-"})
  void refusesAFileOfSecretsThatOthersCanReadOrWrite(String permissions, @TempDir Path directory)
      throws Exception {
    Path file = Files.writeString(directory.resolve("refresh"), "k2:" + OTHER_KEY);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    environment.remove("WARMGATE_REFRESH_KEYS");
    environment.put("WARMGATE_REFRESH_KEYS_FILE", file.toString());

    assertThat(refusal()).contains("secrets.refresh_keys_file").contains("chmod o-rw");
  }

  @Test
  void namesTheKeyOfAFileOfSecretsThatIsMissingOrWrong(@TempDir Path directory) throws Exception {
    environment.remove("WARMGATE_REFRESH_KEYS");
    environment.put("WARMGATE_REFRESH_KEYS_FILE", directory.resolve("none").toString());
    assertThat(refusal()).contains("secrets.refresh_keys_file").contains("cannot be read");

    Path file = Files.writeString(directory.resolve("refresh"), "k1:hunter2");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    environment.put("WARMGATE_REFRESH_KEYS_FILE", file.toString());
    assertThat(refusal()).contains("secrets.refresh_keys_file").contains("32 are needed");
  }

  @Test
  void refusesInProductionOneKeyForTwoPurposes() throws Exception {
    environment.put("WARMGATE_REFRESH_KEYS", "k2:" + OTHER_KEY + ",k1:" + KEY);
    assertThat(refusal()).contains("must not share a key");

    environment.put("WARMGATE_MODE", "development");
    assertThat(read().secrets.refreshKeys().newestId()).isEqualTo("k2");
  }

  @Test
  void readsTheResourcesFromTheEnvironment() throws Exception {
    assertThat(read().tokens.resources()).isEmpty();

    environment.put("TOKENS_RESOURCES", "https://orders.example.com, http://stock.internal/v1");
    assertThat(read().tokens.resources())
        .containsExactly("https://orders.example.com", "http://stock.internal/v1");
  }

  @Test
  void namesWhatCameInPlaceOfTheOneAudience() {
    // What closes the list goes on in its section.
    environment.put("TOKENS_RESOURCES", "]\n  audience: warmgate\n  client_id: web #");

    assertThat(refusal()).contains("tokens.audience").contains("tokens.resources");
  }

  @Test
  void readsTheTrustedProxiesFromTheEnvironment() throws Exception {
    environment.put("TRUSTED_PROXIES", "10.0.0.0/8, fd00::/8");

    assertThat(read().trustedProxies)
        .containsExactly(Cidr.parse("10.0.0.0/8"), Cidr.parse("fd00::/8"));
  }

  @Test
  void takesProxiesByNetworkOrByNumber() throws Exception {
    environment.put("TRUSTED_HOPS", "2");
    assertThat(read().trustedHops).isEqualTo(2);

    environment.put("TRUSTED_PROXIES", "10.0.0.0/8");
    assertThat(refusal()).contains("trusted_hops and trusted_proxies exclude each other");
  }

  private WarmgateConfiguration read() throws Exception {
    StringSubstitutor variables = new StringSubstitutor(environment);
    variables.setEnableUndefinedVariableException(true);
    return FACTORY.build(
        new SubstitutingSourceProvider(
            path ->
                new ByteArrayInputStream(
                    (delivered(path) + "\n" + more).getBytes(StandardCharsets.UTF_8)),
            variables),
        "config/warmgate.yml");
  }

  private String delivered(String path) throws java.io.IOException {
    try (var file = new FileConfigurationSourceProvider().open(path)) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8)
          .replaceFirst("(?ms)^" + replaced + ":\\n.*?(?=^\\w)", "");
    }
  }

  /** The one line that the operator sees instead of a running service. */
  private String refusal() {
    try {
      read();
    } catch (Exception refused) {
      ByteArrayOutputStream shown = new ByteArrayOutputStream();
      WarmgateApplication application = new WarmgateApplication();
      Cli cli =
          new Cli(
              new JarLocation(ConfigurationTest.class), new Bootstrap<>(application), shown, shown);
      new ServeCommand(application).onError(cli, new Namespace(Map.of()), refused);
      String message = shown.toString(StandardCharsets.UTF_8);
      assertThat(message.strip().lines()).hasSize(1);
      assertThat(message)
          .doesNotContain("hunter2")
          .doesNotContain("aHVudGVyMg")
          .doesNotContain(KEY)
          .doesNotContain(OTHER_KEY);
      return message;
    }
    throw new AssertionError("the configuration was accepted");
  }
}
