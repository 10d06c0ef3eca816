package dev.warmgate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.warmgate.network.Cidr;
import dev.warmgate.network.HostName;
import dev.warmgate.registration.RegistrationConfiguration;
import dev.warmgate.session.Predecessor;
import io.dropwizard.logging.common.DefaultLoggingFactory;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reads the delivered configuration file with valid and invalid environment variables. */
final class ConfigurationTest {
  private final DeliveredConfiguration delivered = new DeliveredConfiguration();
  private final Map<String, String> environment = delivered.environment;

  @Test
  void needsOnlyTheFiveVariablesWithoutDefault() throws Exception {
    WarmgateConfiguration configuration = delivered.read();

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
  void readsTheUrlOfTheBreachCheck() throws Exception {
    environment.put("PASSWORD_BREACH_CHECK_URL", "https://api.pwnedpasswords.com/");

    assertThat(delivered.read().password.breachCheck().url())
        .isEqualTo("https://api.pwnedpasswords.com");
  }

  @Test
  void readsWhoMayRegisterAndHow() throws Exception {
    assertThat(delivered.read().registration).isEqualTo(RegistrationConfiguration.defaults());

    environment.put("REGISTRATION_MODE", "invite");
    environment.put("REGISTRATION_CONFIRM", "required");
    environment.put("EMAIL_LOGIN", "on");
    environment.put("REDIRECT_URLS", "https://app.example.com/welcome, com.example.app:/welcome");
    assertThat(delivered.refusal()).contains("need mail.url (SMTP_URL)");

    environment.put("SMTP_URL", "smtps://user:hunter2@mail.example.com");
    environment.put("MAIL_FROM", "no-reply@example.com");
    WarmgateConfiguration configuration = delivered.read();
    assertThat(configuration.registration.mode()).isEqualTo(RegistrationConfiguration.Mode.INVITE);
    assertThat(configuration.registration.needsConfirmation()).isTrue();
    assertThat(configuration.proofs.emailLogin()).isTrue();
    assertThat(configuration.proofs.redirectUrls())
        .containsExactly("https://app.example.com/welcome", "com.example.app:/welcome");

    environment.put("REGISTRATION_MODE", "off");
    environment.put("REGISTRATION_CONFIRM", "off");
    assertThat(delivered.read().registration.mode()).isEqualTo(RegistrationConfiguration.Mode.OFF);
    assertThat(delivered.read().registration.needsConfirmation()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "REGISTRATION_MODE, closed, 'registration.mode', 'REGISTRATION_MODE'",
    "REGISTRATION_CONFIRM, on, 'registration.confirm', 'REGISTRATION_CONFIRM'",
    "REDIRECT_URLS, javascript://app.example.com/%0aalert(1), 'proofs.redirect_urls', 'must be URLs'",
    "REDIRECT_URLS, http://app.example.com, 'proofs.redirect_urls', 'must be https:// outside'",
  })
  void refusesAWrongRuleOfRegistration(String variable, String value, String key, String reason) {
    environment.put(variable, value);

    assertThat(delivered.refusal()).contains(key, reason);
  }

  @ParameterizedTest
  @CsvSource({
    "OFF, OFF, ",
    "WARN, WARN, ",
    "INFO, INFO, ",
    "DEBUG, INFO, DEBUG",
    "TRACE, INFO, TRACE",
    "ALL, INFO, ALL",
  })
  void appliesALevelBelowInfoToItsOwnClassesOnly(String given, String everywhere, String own)
      throws Exception {
    environment.put("LOG_LEVEL", given);

    DefaultLoggingFactory logging = (DefaultLoggingFactory) delivered.read().getLoggingFactory();

    assertThat(logging.getLevel()).isEqualTo(everywhere);
    assertThat(logging.getLoggers().get("dev.warmgate"))
        .isEqualTo(own == null ? null : TextNode.valueOf(own));
    assertThat(logging.getLoggers()).containsKeys("audit", "org.apache.hc");
  }

  @ParameterizedTest
  @CsvSource({
    "DATABASE_URL, database.url",
    "REDIS_URL, redis.url",
    "WARMGATE_ISSUER, tokens.issuer",
    "WARMGATE_KEY_ENCRYPTION_KEYS, secrets.key_encryption_keys",
    "WARMGATE_REFRESH_KEYS, secrets.refresh_keys",
  })
  void namesTheKeyOfAMissingVariable(String variable, String key) {
    environment.remove(variable);
    assertThat(delivered.refusal()).contains(key);

    environment.put(variable, "");
    assertThat(delivered.refusal()).contains(key);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "WARMGATE_MODE | test | mode",
        "DATABASE_URL | mysql://user:hunter2@db/auth | database.url",
        "DATABASE_POOL_SIZE | 0 | database.pool_size",
        "DATABASE_POOL_SIZE | 201 | database.pool_size",
        "DATABASE_POOL_SIZE | many | database.pool_size must be a whole number",
        "DATABASE_POOLER | session | 'database.pooler must be one of none, transaction, prepared'",
        "REDIS_URL | http://:hunter2@redis | redis.url",
        "REDIS_URL | redis://a,b | redis.cluster",
        "REDIS_CLUSTER | perhaps | redis.cluster",
        "REDIS_CA_FILE | /nowhere/ca.pem | redis.ca_file",
        "REDIS_CA_FILE | config/warmgate.yml | redis.ca_file",
        "WARMGATE_ISSUER | auth.example.com | tokens.issuer",
        "WARMGATE_ISSUER | https://auth.example.com/ | tokens.issuer",
        "WARMGATE_ISSUER | https://user@auth.example.com | tokens.issuer",
        "WARMGATE_ISSUER | https://user:hunter2@auth.example.com | tokens.issuer",
        "WARMGATE_ISSUER | https://auth.example.com?a=b | tokens.issuer",
        "WARMGATE_ISSUER | https://auth.example.com/auth?a | tokens.issuer",
        "WARMGATE_ISSUER | 'https://auth.example.com#a' | tokens.issuer",
        "WARMGATE_ISSUER | https://auth.example.com// | tokens.issuer",
        "WARMGATE_ISSUER | https://auth.example.com:port | tokens.issuer",
        "WARMGATE_ISSUER | https://auth.example.com:99999 | tokens.issuer",
        "WARMGATE_ISSUER | https://auth.example.com:0 | tokens.issuer",
        "DATABASE_URL | postgres://user:hunter2@db/auth?sslmode=on | sslmode",
        "DATABASE_URL | postgres://user:hunter2@db/auth?socketFactory=a | socketFactory",
        "MIGRATION_DATABASE_URL | postgres://user:hunter2@db/auth?sslmode= | database.migration_url",
        "TOKENS_RESOURCES | https://user:hunter2@orders.example.com | tokens.resources",
        "WARMGATE_KEY_ENCRYPTION_KEYS | hunter2 | secrets.key_encryption_keys",
        "WARMGATE_REFRESH_KEYS | k1:aHVudGVyMg== | secrets.refresh_keys",
        "HASHING_MEMORY_KIB | 7 | hashing.memory_kib",
        "HASHING_ITERATIONS | 0 | hashing.iterations",
        "HASHING_ITERATIONS | 1 | hashing.iterations",
        "TRUSTED_PROXIES | 10.0.0.0/8,proxy.example.com | trusted_proxies",
        "WEBHOOKS_ALLOW | localhost | webhooks.allow",
        "SMTP_URL | http://user:hunter2@mail | mail.url",
        "SMTP_URL | smtps://user:p@hunter2@mail | mail.url",
        "MAIL_FROM | nobody | mail.from",
        "MAIL_TEMPLATES | /no/such/directory | mail.templates",
        "MAIL_LANGUAGE | English | mail.language",
        "SITE_URL | app.example.com | mail.site_url",
        "SITE_URL | https://app.example.com/ | mail.site_url",
        "SITE_URL | http://app.example.com | mail.site_url http://",
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
        "ADMIN_HOSTS | 'ops.example.com:8081' | admin_hosts",
        "ADMIN_HOSTS | 'https://ops.example.com' | admin_hosts",
        "ADMIN_HOSTS | '*' | admin_hosts",
        "ADMIN_HOSTS | '*.example.com' | admin_hosts",
        "ADMIN_HOSTS | 'fe80::1%1' | admin_hosts",
        "CORS_ALLOWED_ORIGINS | '\"*\"' | cors.allowed_origins",
        "CORS_ALLOWED_ORIGINS | 'null' | cors.allowed_origins",
        "CORS_ALLOWED_ORIGINS | https://app.example.com/ | cors.allowed_origins",
        "CORS_ALLOWED_ORIGINS | 'https://*.example.com' | cors.allowed_origins",
        "CORS_ALLOWED_ORIGINS | http://app.example.com | cors.allowed_origins must be https",
        "TOKENS_RESOURCES | orders.example.com | tokens.resources",
        "TOKENS_RESOURCES | /orders | tokens.resources",
        "TOKENS_RESOURCES | 'https://orders.example.com#x' | tokens.resources",
        "TOKENS_RESOURCES | https:// | tokens.resources",
        "TOKENS_RESOURCES | https://auth.example.com | tokens.resources must not contain",
        "TOKENS_RESOURCES | https://auth.example.com/ | tokens.resources must not contain",
        "LOG_LEVEL | LOUD | logging.level",
        "FAST_LANE | perhaps | switches.fast_lane must be on or off",
        "PORT | 99999 | server.applicationConnectors",
      })
  void namesTheKeyOfAnInvalidVariable(String variable, String value, String key) {
    environment.put(variable, value);

    assertThat(delivered.refusal()).contains(key);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "databse | {url: x} | databse",
        "login | {queue: 2s} | login.queue",
        "login | {que: 1s} | login.que",
        "refresh | {grace: 30s} | refresh.grace was renamed to refresh.predecessor",
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
  void namesTheKeyOfAnInvalidSection(String section, String value, String key) {
    delivered.replaced = section;
    delivered.added = section + ": " + value;

    assertThat(delivered.refusal()).contains(key);
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
  void readsHowLongThePredecessorIsAccepted(String value, double seconds) throws Exception {
    environment.put("REFRESH_PREDECESSOR", value);

    assertThat(delivered.read().refresh.predecessor().seconds()).isEqualTo(seconds);
  }

  @Test
  void readsTheResourcesFromTheEnvironment() throws Exception {
    assertThat(delivered.read().tokens.resources()).isEmpty();

    environment.put("TOKENS_RESOURCES", "https://orders.example.com, http://stock.internal/v1");
    assertThat(delivered.read().tokens.resources())
        .containsExactly("https://orders.example.com", "http://stock.internal/v1");
  }

  @Test
  void namesTheReplacementOfTheRemovedAudienceKey() {
    delivered.replaced = "tokens";
    delivered.added = "tokens: {issuer: https://auth.example.com, audience: warmgate}";

    assertThat(delivered.refusal()).contains("tokens.audience").contains("tokens.resources");
  }

  @Test
  void readsTheTrustedProxiesFromTheEnvironment() throws Exception {
    environment.put("TRUSTED_PROXIES", "10.0.0.0/8, fd00::/8");

    assertThat(delivered.read().trustedProxies)
        .containsExactly(Cidr.parse("10.0.0.0/8"), Cidr.parse("fd00::/8"));
  }

  @Test
  void readsTheHostsOfTheAdminPortFromTheEnvironment() throws Exception {
    environment.put("ADMIN_HOSTS", "Ops.example.com, FD00:0::1,[fd00::2]");

    assertThat(delivered.read().adminHosts)
        .containsExactly(
            HostName.parse("ops.example.com"),
            HostName.parse("fd00::1"),
            HostName.parse("fd00::2"));
  }

  @Test
  void refusesAServerWithOnePort() {
    delivered.replaced = "server";
    delivered.added = "server: {type: simple, connector: {type: http, port: 8080}}";

    assertThat(delivered.refusal()).contains("server.type must be default");
  }

  @Test
  void refusesTrustedHopsTogetherWithTrustedProxies() throws Exception {
    environment.put("TRUSTED_HOPS", "2");
    assertThat(delivered.read().trustedHops).isEqualTo(2);

    environment.put("TRUSTED_PROXIES", "10.0.0.0/8");
    assertThat(delivered.refusal()).contains("trusted_hops and trusted_proxies exclude each other");
  }
}
