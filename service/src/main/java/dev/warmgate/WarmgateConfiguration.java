package dev.warmgate;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.warmgate.accountpage.AccountPagesConfiguration;
import dev.warmgate.audit.AuditConfiguration;
import dev.warmgate.connector.ClientsConfiguration;
import dev.warmgate.connector.ConnectionsConfiguration;
import dev.warmgate.database.DatabaseConfiguration;
import dev.warmgate.filter.CorsConfiguration;
import dev.warmgate.gotrue.SupabaseApiConfiguration;
import dev.warmgate.housekeeping.HousekeepingConfiguration;
import dev.warmgate.mail.MailConfiguration;
import dev.warmgate.mail.NoticesConfiguration;
import dev.warmgate.network.Cidr;
import dev.warmgate.network.HostName;
import dev.warmgate.observatory.ObservatoryConfiguration;
import dev.warmgate.outbound.OutboundRefused;
import dev.warmgate.outbound.OutboundUrlPolicy;
import dev.warmgate.passkey.PasskeysConfiguration;
import dev.warmgate.password.HashingConfiguration;
import dev.warmgate.password.LoginConfiguration;
import dev.warmgate.password.PasswordConfiguration;
import dev.warmgate.proof.ProofsConfiguration;
import dev.warmgate.ratelimit.ForwardedHeader;
import dev.warmgate.ratelimit.RateLimitsConfiguration;
import dev.warmgate.redis.RedisConfiguration;
import dev.warmgate.registration.RegistrationConfiguration;
import dev.warmgate.session.RefreshConfiguration;
import dev.warmgate.session.SessionsConfiguration;
import dev.warmgate.signingkey.KeysConfiguration;
import dev.warmgate.token.TokensConfiguration;
import dev.warmgate.token.VerifyConfiguration;
import dev.warmgate.warmup.WarmupConfiguration;
import dev.warmgate.webhook.WebhooksConfiguration;
import io.dropwizard.validation.ValidationMethod;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.util.List;

/**
 * The configuration file as validated records. An invalid, missing or unsafe value stops the start
 * with a message that names its key.
 */
public final class WarmgateConfiguration extends ServerConfiguration {
  /** {@link #DEVELOPMENT} allows some unsafe settings that {@link #PRODUCTION} refuses. */
  public enum Mode {
    PRODUCTION,
    DEVELOPMENT
  }

  @JsonProperty @NotNull Mode mode = Mode.PRODUCTION;

  @JsonProperty @Valid @NotNull DatabaseConfiguration database;
  @JsonProperty @Valid @NotNull RedisConfiguration redis;
  @JsonProperty @Valid @NotNull TokensConfiguration tokens;
  @JsonProperty @Valid @NotNull SecretsConfiguration secrets;

  @JsonProperty @Valid @NotNull KeysConfiguration keys = KeysConfiguration.defaults();

  @JsonProperty @Valid @NotNull RefreshConfiguration refresh = RefreshConfiguration.defaults();

  @JsonProperty @Valid @NotNull SessionsConfiguration sessions = SessionsConfiguration.defaults();

  @JsonProperty @Valid @NotNull VerifyConfiguration verify = VerifyConfiguration.defaults();

  @JsonProperty @Valid @NotNull HashingConfiguration hashing = HashingConfiguration.defaults();

  @JsonProperty @Valid @NotNull LoginConfiguration login = LoginConfiguration.defaults();

  @JsonProperty @Valid @NotNull PasswordConfiguration password = PasswordConfiguration.defaults();

  @JsonProperty("rate_limits")
  @Valid
  @NotNull
  RateLimitsConfiguration rateLimits = RateLimitsConfiguration.defaults();

  @JsonProperty @Valid @NotNull CorsConfiguration cors = CorsConfiguration.defaults();

  @JsonProperty @Valid @NotNull ClientsConfiguration clients = ClientsConfiguration.defaults();

  @JsonProperty @Valid @NotNull
  ConnectionsConfiguration connections = ConnectionsConfiguration.defaults();

  /** Networks of proxies that are believed about their clients. */
  @JsonProperty("trusted_proxies")
  @NotNull
  List<Cidr> trustedProxies = List.of();

  /** Host names under which the admin port may be called, besides those of loopback. */
  @JsonProperty("admin_hosts")
  @NotNull
  List<@NotNull HostName> adminHosts = List.of();

  @JsonProperty @Valid @NotNull WebhooksConfiguration webhooks = WebhooksConfiguration.defaults();

  @JsonProperty @Valid @NotNull MailConfiguration mail = MailConfiguration.defaults();

  @JsonProperty @Valid @NotNull
  RegistrationConfiguration registration = RegistrationConfiguration.defaults();

  @JsonProperty @Valid @NotNull ProofsConfiguration proofs = ProofsConfiguration.defaults();

  @JsonProperty @Valid @NotNull PasskeysConfiguration passkeys = PasskeysConfiguration.defaults();

  @JsonProperty("account_pages")
  @Valid
  @NotNull
  AccountPagesConfiguration accountPages = AccountPagesConfiguration.defaults();

  @JsonProperty("supabase_api")
  @Valid
  @NotNull
  SupabaseApiConfiguration supabaseApi = SupabaseApiConfiguration.defaults();

  @JsonProperty @Valid @NotNull NoticesConfiguration notices = NoticesConfiguration.defaults();

  /** How many proxies every request passes, where their networks are not known. */
  @JsonProperty("trusted_hops")
  @Min(0)
  @Max(10)
  int trustedHops = 0;

  /** The header that these proxies write. */
  @JsonProperty("forwarded_header")
  @NotNull
  ForwardedHeader forwardedHeader = ForwardedHeader.X_FORWARDED_FOR;

  @JsonProperty @Valid @NotNull
  ObservatoryConfiguration observatory = ObservatoryConfiguration.defaults();

  @JsonProperty @Valid @NotNull AuditConfiguration audit = AuditConfiguration.defaults();

  @JsonProperty @Valid @NotNull
  HousekeepingConfiguration housekeeping = HousekeepingConfiguration.defaults();

  @JsonProperty @Valid @NotNull WarmupConfiguration warmup = WarmupConfiguration.defaults();

  @JsonProperty @Valid @NotNull FeatureSwitches switches = FeatureSwitches.ON;

  @JsonIgnore
  @ValidationMethod(
      message = "switches.rate_limits and switches.pool may be off in development mode only")
  public boolean isLimitedAndPooledInProduction() {
    return mode == Mode.DEVELOPMENT || (switches.rateLimits() && switches.pool());
  }

  @JsonIgnore
  @ValidationMethod(
      message =
          "hashing.memory_kib and hashing.iterations must be at least one of OWASP's 47104/1,"
              + " 19456/2, 12288/3, 9216/4, 7168/5 outside development mode")
  public boolean isHashingStrongEnoughInProduction() {
    return mode == Mode.DEVELOPMENT || hashing.isStrongEnough();
  }

  @JsonIgnore
  @ValidationMethod(message = "webhooks.allow may name networks in development mode only")
  public boolean isCallingOnlyPublicHostsInProduction() {
    return mode == Mode.DEVELOPMENT || webhooks.allow().isEmpty();
  }

  @JsonIgnore
  @ValidationMethod(
      message = "password.breach_check.url must be a URL such as https://api.pwnedpasswords.com")
  public boolean isBreachCheckToBeCalled() {
    String url = password.breachCheck().url();
    try {
      return url == null
          || new OutboundUrlPolicy(webhooks.allow())
              .check(url + "/range/0")
              .getPath()
              .endsWith("/range/0");
    } catch (OutboundRefused refused) {
      return false;
    }
  }

  @JsonIgnore
  @ValidationMethod(
      message =
          "mail.url must not have starttls=off, nor mail.site_url http://, outside development mode")
  public boolean isMailProtectedInProduction() {
    return mode == Mode.DEVELOPMENT || mail.isProtected();
  }

  @JsonIgnore
  @ValidationMethod(
      message =
          "redis.cluster must be on for a redis.url with several nodes, and off for Sentinels")
  public boolean isRedisOfItsKind() {
    return redis == null || redis.namesItsKind();
  }

  @JsonIgnore
  @ValidationMethod(message = "proofs.redirect_urls must be https:// outside development mode")
  public boolean isRedirectingOverTlsInProduction() {
    return mode == Mode.DEVELOPMENT || proofs.isProtected();
  }

  @JsonIgnore
  @ValidationMethod(message = "passkeys.origins must be https:// outside development mode")
  public boolean isUsingPasskeysOverTlsInProduction() {
    return mode == Mode.DEVELOPMENT || passkeys.isProtected();
  }

  @JsonIgnore
  @ValidationMethod(
      message =
          "passkeys.rp_id must be the host of tokens.issuer or of each of passkeys.origins, or a"
              + " domain above it")
  public boolean isPasskeySiteThatOfItsOrigins() {
    return tokens == null || tokens.issuer() == null || passkeys.isUsable(tokens.issuer());
  }

  @JsonIgnore
  @ValidationMethod(
      message =
          "registration.confirm, registration.mode: invite and proofs.email_login need mail.url"
              + " (SMTP_URL)")
  public boolean isMailThereWhereItIsNeeded() {
    return mail.isOn() || !(registration.needsMail() || proofs.emailLogin());
  }

  @JsonIgnore
  @ValidationMethod(
      message =
          "account_pages.enabled may be off with mail only if mail.site_url (SITE_URL) has the pages"
              + " of links")
  public boolean isPageThereForEachLink() {
    return accountPages.enabled() || !mail.isOn() || mail.siteUrl() != null;
  }

  @JsonIgnore
  @ValidationMethod(
      message =
          "supabase_api.enabled needs account_pages.enabled with mail: the links of its mails open"
              + " these pages")
  public boolean isPageThereForEachSupabaseLink() {
    return !supabaseApi.enabled() || accountPages.enabled() || !mail.isOn();
  }

  @JsonIgnore
  @ValidationMethod(message = "trusted_hops and trusted_proxies exclude each other: set one")
  public boolean isProxyNamedOnce() {
    return trustedHops == 0 || trustedProxies.isEmpty();
  }

  @JsonIgnore
  @ValidationMethod(
      message = "keys.publish_ahead must be at least 10 minutes and twice keys.reload")
  public boolean isEachKeyKnownBeforeItSigns() {
    return mode == Mode.DEVELOPMENT || keys.outlivesCaches();
  }

  @JsonIgnore
  @ValidationMethod(
      message = "secrets.key_encryption_keys and secrets.refresh_keys must not share a key")
  public boolean isEachSecretForOnePurpose() {
    return mode == Mode.DEVELOPMENT
        || secrets == null
        || secrets.keyEncryptionKeys() == null
        || secrets.refreshKeys() == null
        || !secrets.keyEncryptionKeys().sharesAKeyWith(secrets.refreshKeys());
  }

  @JsonIgnore
  @ValidationMethod(
      message =
          "database.url must have a password that is not empty, the user's name or a common default")
  public boolean isDatabaseGuardedInProduction() {
    return mode == Mode.DEVELOPMENT
        || database == null
        || database.url() == null
        || !database.url().hasWeakPassword();
  }

  @JsonIgnore
  @ValidationMethod(message = "tokens.issuer must be https:// outside development mode")
  public boolean isIssuedOverTlsInProduction() {
    return mode == Mode.DEVELOPMENT
        || tokens == null
        || tokens.issuer() == null
        || !tokens.issuer().startsWith("http://");
  }

  @JsonIgnore
  @ValidationMethod(message = "cors.allowed_origins must be https:// outside development mode")
  public boolean isReadOverTlsInProduction() {
    return mode == Mode.DEVELOPMENT
        || cors.allowedOrigins().stream()
            .noneMatch(origin -> origin != null && origin.startsWith("http://"));
  }
}
