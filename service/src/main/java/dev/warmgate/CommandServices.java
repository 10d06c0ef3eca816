package dev.warmgate;

import com.codahale.metrics.MetricRegistry;
import dev.warmgate.admin.AdminDao;
import dev.warmgate.admin.Admins;
import dev.warmgate.admin.RoleDao;
import dev.warmgate.audit.AuditContext;
import dev.warmgate.database.Database;
import dev.warmgate.database.DatabaseConfiguration;
import dev.warmgate.database.Pooler;
import dev.warmgate.factor.FactorResets;
import dev.warmgate.factor.FactorSecrets;
import dev.warmgate.factor.Factors;
import dev.warmgate.foundation.Foundation;
import dev.warmgate.mail.Mails;
import dev.warmgate.mail.Notices;
import dev.warmgate.mail.TestMail;
import dev.warmgate.outbound.OutboundUrlPolicy;
import dev.warmgate.passkey.PasskeySite;
import dev.warmgate.password.Passwords;
import dev.warmgate.secret.SecretKeys;
import dev.warmgate.servicekey.ServiceKeys;
import dev.warmgate.signingkey.KeyRotation;
import dev.warmgate.signingkey.Keys;
import dev.warmgate.transfer.ExportDao;
import dev.warmgate.transfer.Exporter;
import dev.warmgate.transfer.ImportDao;
import dev.warmgate.transfer.ImportStatus;
import dev.warmgate.webhook.WebhookService;
import dev.warmgate.webhook.Webhooks;
import io.dropwizard.lifecycle.Managed;
import io.opentelemetry.api.OpenTelemetry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The features that commands use. Each is built when a command asks for it and none is started;
 * {@link #stop} closes all connections.
 */
public final class CommandServices {
  private final WarmgateConfiguration configuration;
  private final Foundation foundation;
  private final OutboundUrlPolicy outboundUrls;
  private final List<Managed> opened = new ArrayList<>();

  public CommandServices(WarmgateConfiguration configuration) {
    this.configuration = configuration;
    this.foundation =
        Foundation.of(
            new Database(configuration.database.forCommand(), true, new MetricRegistry()),
            configuration.redis,
            configuration.tokens.accessLifetime().toJavaDuration(),
            AuditContext.OPERATOR,
            OpenTelemetry.noop());
    this.outboundUrls = new OutboundUrlPolicy(configuration.webhooks.allow());
    opened.add(foundation.database());
    opened.add(foundation.redis());
  }

  /**
   * Brings the schema up to date as its owner, and grants the service's role its rights if it is
   * not the owner.
   *
   * @return the version of the schema
   * @throws IllegalStateException if the service's role does not find that schema
   */
  public String migrate() {
    DatabaseConfiguration asOwner = configuration.database.forMigration();
    Database owned = new Database(asOwner, true, new MetricRegistry());
    opened.add(owned);
    String version = owned.migrate();
    if (!serviceRole().equals(asOwner.url().user())) {
      owned.letServe(serviceRole());
    }
    // As the service: its URL may lead to another database, or its role to another schema.
    foundation.database().makePartitions();
    return version;
  }

  public String serviceRole() {
    return configuration.database.url().user();
  }

  public KeyRotation keys() {
    return Keys.of(ready(), configuration.secrets.keyEncryptionKeys(), configuration.keys)
        .rotation();
  }

  public ServiceKeys serviceKeys() {
    return ServiceKeys.of(ready(), configuration.verify.maxStale().toJavaDuration());
  }

  public WebhookService webhooks() {
    return Webhooks.service(ready(), configuration.secrets.keyEncryptionKeys(), outboundUrls);
  }

  /** Returns what sends a test mail, if mail is configured. */
  public Optional<TestMail> testMail() {
    return Mails.test(
        foundation,
        configuration.mail,
        configuration.secrets.refreshKeys(),
        configuration.tokens.issuer(),
        configuration.accountPages.enabled(),
        configuration.mode == WarmgateConfiguration.Mode.PRODUCTION);
  }

  public Admins admins() {
    Passwords passwords = Services.passwords(configuration, outboundUrls, foundation.telemetry());
    opened.add(passwords.breaches());
    Database database = ready().database();
    SecretKeys encryption = configuration.secrets.keyEncryptionKeys();
    return new Admins(
        database.dao(AdminDao.class),
        database.dao(RoleDao.class),
        passwords.policy(),
        passwords.hasher(),
        new FactorSecrets(encryption),
        factors(),
        Factors.site(configuration.tokens.issuer()),
        foundation.revocations(),
        foundation.audit());
  }

  public FactorResets factors() {
    Notices notices = new Notices(configuration.mail.isOn(), true, configuration.notices);
    return Factors.resets(ready(), notices, configuration.secrets.keyEncryptionKeys());
  }

  /** Whether an import would lose its temporary tables, since a pooler gives it other sessions. */
  public boolean arePooled() {
    return configuration.database.pooler() != Pooler.NONE;
  }

  /** Returns what stores imported accounts, with a connection that the caller closes. */
  public ImportDao imports() {
    return new ImportDao(transferDatabase(), foundation.audit());
  }

  /** Returns what encrypts the second factors of accounts. */
  public FactorSecrets factorSecrets() {
    return new FactorSecrets(configuration.secrets.keyEncryptionKeys());
  }

  public ImportStatus importStatus() {
    return ImportStatus.of(transferDatabase());
  }

  public Exporter exporter() {
    return new Exporter(
        new ExportDao(transferDatabase()), factorSecrets(), passkeySite(), foundation.audit());
  }

  /** Returns the domain that passkeys belong to, if there can be any. */
  public @Nullable String passkeySite() {
    return PasskeySite.of(configuration.passkeys, configuration.tokens.issuer())
        .map(PasskeySite::id)
        .orElse(null);
  }

  /** Its statements may take longer than those of other commands. */
  private Database transferDatabase() {
    Database database =
        new Database(configuration.database.forTransfer(), true, new MetricRegistry());
    opened.add(database);
    database.makePartitions();
    return database;
  }

  /** Checks the schema, and makes partitions for what the command writes. */
  private Foundation ready() {
    foundation.database().makePartitions();
    return foundation;
  }

  /**
   * Connects to Redis, through which replicas learn of a revocation at once.
   *
   * @return whether Redis answers; if not, replicas learn of it within a second
   */
  public boolean tellsReplicasAtOnce() {
    try {
      foundation.redis().connect();
      return true;
    } catch (RuntimeException unavailable) {
      return false;
    }
  }

  public void stop() throws Exception {
    for (Managed managed : opened.reversed()) {
      managed.stop();
    }
  }
}
