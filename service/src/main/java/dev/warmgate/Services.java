package dev.warmgate;

import com.codahale.metrics.MetricRegistry;
import dev.warmgate.account.Accounts;
import dev.warmgate.account.ForeignHashDao;
import dev.warmgate.account.ForeignHashes;
import dev.warmgate.admin.AdminDao;
import dev.warmgate.admin.AdminService;
import dev.warmgate.audit.AuditContext;
import dev.warmgate.database.Database;
import dev.warmgate.database.PartitionDao;
import dev.warmgate.factor.FactorDao;
import dev.warmgate.factor.FactorResetDao;
import dev.warmgate.factor.Factors;
import dev.warmgate.foundation.Foundation;
import dev.warmgate.housekeeping.Housekeeping;
import dev.warmgate.mail.MailDao;
import dev.warmgate.mail.Mails;
import dev.warmgate.mail.Notices;
import dev.warmgate.oauth.OAuthService;
import dev.warmgate.outbound.OutboundUrlPolicy;
import dev.warmgate.passkey.PasskeyDao;
import dev.warmgate.passkey.PasskeyService;
import dev.warmgate.passkey.Passkeys;
import dev.warmgate.password.Passwords;
import dev.warmgate.proof.ProofDao;
import dev.warmgate.ratelimit.RateLimits;
import dev.warmgate.revocation.SessionEndingDao;
import dev.warmgate.servicekey.ServiceKeys;
import dev.warmgate.session.ChallengeDao;
import dev.warmgate.session.SessionDao;
import dev.warmgate.session.Sessions;
import dev.warmgate.signingkey.Keys;
import dev.warmgate.token.Tokens;
import dev.warmgate.webhook.OutboxDao;
import dev.warmgate.webhook.WebhookDao;
import dev.warmgate.webhook.WebhookSecretDao;
import dev.warmgate.webhook.Webhooks;
import io.opentelemetry.api.OpenTelemetry;
import java.net.URI;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/** Every feature behind the endpoints, each built once, in the order of their dependencies. */
record Services(
    Foundation foundation,
    Keys keys,
    Tokens tokens,
    ServiceKeys serviceKeys,
    RateLimits limits,
    OutboundUrlPolicy outboundUrls,
    Passwords passwords,
    Accounts accounts,
    Sessions sessions,
    Factors factors,
    PasskeyService passkeys,
    OAuthService oauth,
    AdminService admin,
    Webhooks webhooks,
    Mails mails,
    Flows flows,
    Housekeeping housekeeping) {

  /**
   * @param afterAnswer runs work that no response waits for
   */
  static Services of(
      WarmgateConfiguration configuration,
      MetricRegistry metrics,
      OpenTelemetry telemetry,
      Executor afterAnswer) {
    FeatureSwitches switches = configuration.switches;
    SecretsConfiguration secrets = configuration.secrets;
    Foundation foundation =
        Foundation.of(
            new Database(configuration.database, switches.pool(), metrics),
            configuration.redis,
            configuration.tokens.accessLifetime().toJavaDuration(),
            AuditContext.SYSTEM,
            telemetry);
    Keys keys = Keys.of(foundation, secrets.keyEncryptionKeys(), configuration.keys);
    Tokens tokens =
        Tokens.of(
            foundation,
            keys.signing(),
            configuration.tokens,
            configuration.verify,
            secrets.refreshKeys(),
            switches.tokenCache());
    ServiceKeys serviceKeys =
        ServiceKeys.of(foundation, configuration.verify.maxStale().toJavaDuration());
    RateLimits limits =
        new RateLimits(
            configuration.rateLimits,
            secrets.refreshKeys(),
            switches.rateLimits(),
            foundation.redis(),
            telemetry);
    OutboundUrlPolicy outboundUrls = new OutboundUrlPolicy(configuration.webhooks.allow());
    Passwords passwords = passwords(configuration, outboundUrls, telemetry);
    Lock outboxes = new ReentrantLock();
    Mails mails =
        Mails.of(
            foundation,
            configuration.mail,
            secrets.refreshKeys(),
            configuration.tokens.issuer(),
            configuration.accountPages.enabled(),
            configuration.mode == WarmgateConfiguration.Mode.PRODUCTION,
            outboxes);
    Notices notices = new Notices(configuration.mail.isOn(), limits.areOn(), configuration.notices);
    Accounts accounts =
        Accounts.of(
            foundation,
            passwords,
            limits,
            notices,
            configuration.registration.needsConfirmation(),
            afterAnswer);
    Sessions sessions =
        Sessions.of(
            foundation,
            accounts,
            tokens,
            limits,
            notices,
            secrets.refreshKeys(),
            configuration.refresh,
            configuration.sessions);
    Passkeys passkeys =
        Passkeys.of(
            foundation,
            configuration.passkeys,
            configuration.tokens.issuer(),
            configuration.accountPages.name(),
            secrets.refreshKeys());
    Factors factors =
        Factors.of(
            foundation,
            accounts,
            sessions,
            limits,
            notices,
            secrets.keyEncryptionKeys(),
            configuration.mail.isOn(),
            configuration.tokens.issuer(),
            passkeys.verification());
    Webhooks webhooks =
        Webhooks.of(
            foundation,
            secrets.keyEncryptionKeys(),
            outboundUrls,
            configuration.webhooks,
            outboxes);
    Database database = foundation.database();
    return new Services(
        foundation,
        keys,
        tokens,
        serviceKeys,
        limits,
        outboundUrls,
        passwords,
        accounts,
        sessions,
        factors,
        passkeys.service(factors, sessions),
        new OAuthService(
            configuration.tokens, tokens.verified(), sessions.grants(), sessions.service(), limits),
        new AdminService(
            database.dao(AdminDao.class),
            database.dao(SessionDao.class),
            accounts.attempts(),
            factors.attempts(),
            factors.resets(),
            notices,
            foundation.revocations(),
            foundation.audit()),
        webhooks,
        mails,
        Flows.of(
            configuration,
            foundation,
            mails,
            notices,
            limits,
            accounts.service(),
            sessions.service(),
            afterAnswer),
        housekeeping(configuration, foundation, sessions, factors));
  }

  static Passwords passwords(
      WarmgateConfiguration configuration,
      OutboundUrlPolicy outboundUrls,
      OpenTelemetry telemetry) {
    return Passwords.of(
        configuration.password,
        configuration.hashing,
        configuration.login,
        configuration.switches.hashingBound(),
        URI.create(configuration.tokens.issuer()).getAuthority(),
        outboundUrls,
        telemetry);
  }

  private static Housekeeping housekeeping(
      WarmgateConfiguration configuration,
      Foundation foundation,
      Sessions sessions,
      Factors factors) {
    Database database = foundation.database();
    SessionEndingDao endings = database.unhurriedDao(SessionEndingDao.class);
    SessionDao oldSessions = database.unhurriedDao(SessionDao.class);
    long keepSessions = configuration.housekeeping.endedSessions().toSeconds();
    WebhookDao webhooks = database.unhurriedDao(WebhookDao.class);
    OutboxDao outbox = database.unhurriedDao(OutboxDao.class);
    WebhookSecretDao webhookSecrets = database.unhurriedDao(WebhookSecretDao.class);
    MailDao mails = database.unhurriedDao(MailDao.class);
    ProofDao proofs = database.unhurriedDao(ProofDao.class);
    ChallengeDao challenges = database.unhurriedDao(ChallengeDao.class);
    FactorResetDao oldFactors = database.unhurriedDao(FactorResetDao.class);
    PasskeyDao passkeys = database.unhurriedDao(PasskeyDao.class);
    PartitionDao partitions = database.unhurriedDao(PartitionDao.class);
    long keepRevocations = foundation.revocations().keepSeconds();
    long keepDeliveries = configuration.webhooks.retention().toSeconds();
    long keepMails = configuration.mail.retention().toSeconds();
    long keepEvents = configuration.audit.retention().toSeconds();
    return new Housekeeping(
        configuration.housekeeping,
        new Housekeeping.Chore("sessions over the cap ended", sessions.cap()::enforce),
        new Housekeeping.Chore("owners told of wrong second factors", factors.alarm()::tell),
        new Housekeeping.Chore("sessions ended or erased in bulk", endings::endSome),
        new Housekeeping.Chore("sessions purged", limit -> oldSessions.purge(keepSessions, limit)),
        new Housekeeping.Chore("deliveries of ended webhooks given up", outbox::giveUpEnded),
        new Housekeeping.Chore("deliveries of deleted webhooks purged", webhooks::purge),
        new Housekeeping.Chore(
            "old secrets of webhooks erased", limit -> webhookSecrets.eraseInvalid()),
        new Housekeeping.Chore("mails purged", limit -> mails.purge(keepMails, limit)),
        new Housekeeping.Chore("proofs purged", proofs::purge),
        new Housekeeping.Chore("back-offs of mails purged", proofs::purgeRequests),
        new Housekeeping.Chore("logins without a second step purged", challenges::purge),
        new Housekeeping.Chore("used challenges of passkeys purged", passkeys::purge),
        new Housekeeping.Chore(
            "unconfirmed factors purged",
            limit -> oldFactors.purge(FactorDao.UNCONFIRMED_SECONDS, limit)),
        new Housekeeping.Chore(
            "hashes of other services counted",
            new ForeignHashes(
                database.unhurriedDao(ForeignHashDao.class),
                foundation.clock(),
                foundation.telemetry())),
        new Housekeeping.Chore("partitions made", limit -> partitions.make()),
        new Housekeeping.Chore(
            "partitions of revocation dropped",
            limit -> partitions.dropOldest("revocation", keepRevocations)),
        new Housekeeping.Chore(
            "partitions of webhook_delivery dropped",
            limit -> partitions.dropOldest("webhook_delivery", keepDeliveries)),
        new Housekeeping.Chore(
            "partitions of audit_event dropped",
            limit -> partitions.dropOldest("audit_event", keepEvents)));
  }
}
