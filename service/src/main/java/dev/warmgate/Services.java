package dev.warmgate;

import com.codahale.metrics.MetricRegistry;
import dev.warmgate.account.AccountDao;
import dev.warmgate.account.AccountService;
import dev.warmgate.account.CredentialsDao;
import dev.warmgate.account.DeviceTokens;
import dev.warmgate.account.FreshAuthentication;
import dev.warmgate.account.LoginAttempts;
import dev.warmgate.admin.AdminDao;
import dev.warmgate.admin.AdminService;
import dev.warmgate.admin.Admins;
import dev.warmgate.audit.Audit;
import dev.warmgate.audit.AuditContext;
import dev.warmgate.audit.AuditDao;
import dev.warmgate.database.Database;
import dev.warmgate.database.DatabaseConfiguration;
import dev.warmgate.housekeeping.Housekeeping;
import dev.warmgate.oauth.OAuthService;
import dev.warmgate.outbound.OutboundClient;
import dev.warmgate.outbound.OutboundUrlPolicy;
import dev.warmgate.password.BreachCheck;
import dev.warmgate.password.HashingGate;
import dev.warmgate.password.PasswordHasher;
import dev.warmgate.password.PasswordPolicy;
import dev.warmgate.ratelimit.RateLimits;
import dev.warmgate.redis.Redis;
import dev.warmgate.revocation.RevocationDao;
import dev.warmgate.revocation.RevocationFeed;
import dev.warmgate.revocation.Revoked;
import dev.warmgate.revocation.SessionEndingDao;
import dev.warmgate.servicekey.ServiceKeyDao;
import dev.warmgate.servicekey.ServiceKeys;
import dev.warmgate.session.LoginDao;
import dev.warmgate.session.OwnSessionsService;
import dev.warmgate.session.PasswordChangeDao;
import dev.warmgate.session.PasswordChangeService;
import dev.warmgate.session.RefreshGrants;
import dev.warmgate.session.RotationDao;
import dev.warmgate.session.Rotations;
import dev.warmgate.session.SessionCap;
import dev.warmgate.session.SessionDao;
import dev.warmgate.session.SessionService;
import dev.warmgate.signingkey.KeyCipher;
import dev.warmgate.signingkey.KeyRotation;
import dev.warmgate.signingkey.SigningKeyDao;
import dev.warmgate.signingkey.SigningKeys;
import dev.warmgate.token.TokenIssuer;
import dev.warmgate.token.TokenStateDao;
import dev.warmgate.token.TokenVerifier;
import dev.warmgate.token.VerifiedTokens;
import dev.warmgate.webhook.OutboxDao;
import dev.warmgate.webhook.WebhookDao;
import dev.warmgate.webhook.WebhookDispatcher;
import dev.warmgate.webhook.WebhookSecrets;
import dev.warmgate.webhook.WebhookService;
import io.dropwizard.util.Duration;
import io.opentelemetry.api.OpenTelemetry;
import java.net.URI;
import java.time.Clock;
import java.util.UUID;
import java.util.concurrent.Executor;

/**
 * Every long-lived object behind the endpoints, each made once: from what lies outside (pools,
 * Redis) to what answers. The server and the commands are built on the same ones.
 */
public final class Services {
  final Clock clock = Clock.systemUTC();
  final OpenTelemetry telemetry;
  final Database database;
  public final Redis redis;
  final RevocationFeed revocations;
  final Audit audit;
  final Housekeeping housekeeping;
  final SigningKeys keys;
  public final KeyRotation rotation;
  final TokenVerifier verifier;
  final TokenIssuer issuer;
  final VerifiedTokens verifiedTokens;
  public final ServiceKeys serviceKeys;
  final PasswordHasher hasher;
  final HashingGate gate;
  final RateLimits limits;
  final OutboundUrlPolicy outboundUrls;
  final BreachCheck breaches;
  final LoginAttempts attempts;
  final AccountService accounts;
  final FreshAuthentication freshAuthentication;
  final OwnSessionsService ownSessions;
  final SessionService sessions;
  final OAuthService oauth;
  final AdminService admin;
  public final Admins admins;
  final PasswordChangeService passwordChanges;
  public final WebhookService webhooks;
  final WebhookDispatcher webhookDispatcher;

  /**
   * @param actor who acts where no request is answered, for the audit trail
   * @param afterAnswer does what no answer waits for
   */
  Services(
      WarmgateConfiguration configuration,
      MetricRegistry metrics,
      OpenTelemetry telemetry,
      String actor,
      Executor afterAnswer) {
    this.telemetry = telemetry;
    database = new Database(configuration.database, configuration.switches.pool(), metrics);
    CredentialsDao credentialsDao = database.dao(CredentialsDao.class);
    LoginDao loginDao = database.dao(LoginDao.class);
    RotationDao rotationDao = database.dao(RotationDao.class);
    SessionDao sessionDao = database.dao(SessionDao.class);
    TokenStateDao tokenStates = database.dao(TokenStateDao.class);
    UUID nobody = UUID.randomUUID();
    database.prepare(
        () -> credentialsDao.findByEmail("nobody"),
        () -> loginDao.open(nobody, 0, LoginDao.Opening.EXAMPLE, AuditContext.EXAMPLE),
        () ->
            rotationDao.rotate(nobody, 0, new byte[32], new byte[32], RotationDao.Place.EXAMPLE, 1),
        () -> tokenStates.find(nobody, nobody));
    redis = new Redis(configuration.redis, telemetry);
    revocations =
        new RevocationFeed(
            database.backgroundDao(RevocationDao.class),
            redis,
            configuration.tokens.accessLifetime().toJavaDuration());
    AuditDao auditInBackground = database.backgroundDao(AuditDao.class);
    audit = new Audit(database.dao(AuditDao.class), auditInBackground, actor, clock, telemetry);
    SigningKeyDao signingKeyDao = database.backgroundDao(SigningKeyDao.class);
    KeyCipher cipher = new KeyCipher(configuration.secrets.keyEncryptionKeys());
    keys = new SigningKeys(signingKeyDao, cipher, audit, clock, telemetry);
    rotation =
        new KeyRotation(signingKeyDao, cipher, keys, revocations, audit, configuration.keys, clock);
    verifier = new TokenVerifier(configuration.tokens, keys, clock);
    issuer = new TokenIssuer(configuration.tokens, keys, clock);
    revocations.listen(ref -> {
      if (ref.kind() == Revoked.Kind.KEY) {
        keys.reload();
      }
    });
    verifiedTokens =
        new VerifiedTokens(
            verifier,
            tokenStates,
            revocations,
            redis,
            configuration.secrets.refreshKeys(),
            configuration.verify,
            configuration.switches.tokenCache(),
            clock,
            telemetry);
    serviceKeys =
        new ServiceKeys(
            database.backgroundDao(ServiceKeyDao.class),
            revocations,
            audit,
            configuration.verify.maxStale().toJavaDuration(),
            clock);
    hasher = new PasswordHasher(configuration.hashing);
    gate =
        new HashingGate(
            configuration.hashing,
            configuration.login,
            configuration.switches.hashingBound(),
            telemetry);
    limits =
        new RateLimits(
            configuration.rateLimits, configuration.switches.rateLimits(), redis, telemetry);
    outboundUrls = new OutboundUrlPolicy(configuration.webhooks.allow());
    breaches =
        new BreachCheck(
            configuration.password.breachCheck(),
            new OutboundClient(
                outboundUrls,
                configuration.password.breachCheck().timeout().toJavaDuration(),
                BreachCheck.MOST_CALLS),
            telemetry);
    PasswordPolicy policy =
        new PasswordPolicy(
            configuration.password,
            URI.create(configuration.tokens.issuer()).getAuthority(),
            breaches);
    attempts = new LoginAttempts(limits, gate);
    accounts =
        new AccountService(
            credentialsDao,
            database.dao(AccountDao.class),
            hasher,
            gate,
            policy,
            attempts,
            revocations,
            audit,
            afterAnswer);
    SessionDao unhurriedSessions = database.unhurriedDao(SessionDao.class);
    SessionCap sessionCap =
        new SessionCap(unhurriedSessions, configuration.sessions, revocations, audit);
    freshAuthentication = new FreshAuthentication(accounts, limits, clock);
    ownSessions = new OwnSessionsService(sessionDao, revocations, audit);
    sessions =
        new SessionService(
            loginDao,
            new Rotations(
                rotationDao,
                configuration.secrets.refreshKeys(),
                configuration.refresh,
                limits,
                revocations,
                audit,
                telemetry),
            accounts,
            issuer,
            configuration.secrets.refreshKeys(),
            new DeviceTokens(
                configuration.secrets.refreshKeys(),
                configuration.refresh.absolute().toJavaDuration(),
                clock),
            sessionCap,
            configuration.refresh,
            audit);
    passwordChanges =
        new PasswordChangeService(
            database.dao(PasswordChangeDao.class), accounts, sessions, revocations, audit);
    oauth =
        new OAuthService(
            configuration.tokens,
            verifiedTokens,
            new RefreshGrants(sessionDao, configuration.secrets.refreshKeys(), revocations, audit),
            sessions);
    AdminDao adminDao = database.dao(AdminDao.class);
    admin = new AdminService(adminDao, sessionDao, attempts, revocations, audit);
    admins = new Admins(adminDao, policy, hasher, revocations, audit);
    WebhookSecrets webhookSecrets = new WebhookSecrets(configuration.secrets.keyEncryptionKeys());
    webhooks =
        new WebhookService(database.dao(WebhookDao.class), webhookSecrets, outboundUrls, audit);
    webhookDispatcher =
        new WebhookDispatcher(
            database.backgroundDao(OutboxDao.class),
            new OutboundClient(
                outboundUrls,
                configuration.webhooks.timeout().toJavaDuration(),
                WebhookDispatcher.mostCalls()),
            webhookSecrets,
            configuration.webhooks,
            clock,
            telemetry);
    RevocationDao oldRevocations = database.unhurriedDao(RevocationDao.class);
    WebhookDao oldDeliveries = database.unhurriedDao(WebhookDao.class);
    long keepDeliveries = configuration.webhooks.retention().toSeconds();
    SessionEndingDao sessionEndings = database.unhurriedDao(SessionEndingDao.class);
    long keepSessions = configuration.housekeeping.endedSessions().toSeconds();
    AuditDao oldEvents = database.unhurriedDao(AuditDao.class);
    long keepEvents = configuration.audit.retention().toSeconds();
    housekeeping =
        new Housekeeping(
            configuration.housekeeping,
            new Housekeeping.Chore("sessions ended: too many", sessionCap::enforce),
            new Housekeeping.Chore("sessions ended with all others", sessionEndings::endSome),
            new Housekeeping.Chore(
                "revocations purged",
                limit -> oldRevocations.purge(revocations.keepSeconds(), limit)),
            new Housekeeping.Chore(
                "sessions purged", limit -> unhurriedSessions.purge(keepSessions, limit)),
            new Housekeeping.Chore(
                "webhook deliveries purged", limit -> oldDeliveries.purge(keepDeliveries, limit)),
            new Housekeeping.Chore(
                "audit events purged", limit -> oldEvents.purge(keepEvents, limit)));
  }

  /** The same objects for a command, which starts none of them and {@link #stop}s them all. */
  public static Services forCommand(WarmgateConfiguration configuration) {
    // One connection, and more time for it than a request would have.
    DatabaseConfiguration served = configuration.database;
    configuration.database =
        new DatabaseConfiguration(served.url(), 1, Duration.seconds(3), null, null, null, null);
    return new Services(
        configuration,
        new MetricRegistry(),
        OpenTelemetry.noop(),
        AuditContext.OPERATOR,
        nothing -> {});
  }

  /** Lets go of PostgreSQL and Redis; the server's lifecycle does that by itself. */
  public void stop() throws Exception {
    breaches.stop();
    redis.stop();
    database.stop();
  }
}
