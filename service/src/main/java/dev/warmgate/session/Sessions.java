package dev.warmgate.session;

import dev.warmgate.account.Accounts;
import dev.warmgate.account.DeviceTokens;
import dev.warmgate.account.EmailAddress;
import dev.warmgate.audit.Audit;
import dev.warmgate.audit.AuditContext;
import dev.warmgate.database.Database;
import dev.warmgate.foundation.Foundation;
import dev.warmgate.mail.MailOutbox;
import dev.warmgate.mail.Notices;
import dev.warmgate.ratelimit.RateLimits;
import dev.warmgate.revocation.RevocationFeed;
import dev.warmgate.secret.SecretKeys;
import dev.warmgate.token.Tokens;
import java.util.UUID;

/** The wiring of the session feature. */
public record Sessions(
    SessionService service,
    SecondStepService secondSteps,
    SupabaseSessions supabase,
    OwnSessionsService own,
    PasswordChangeService passwordChanges,
    RefreshGrants grants,
    SessionCap cap) {
  /**
   * @param refreshKeys the keys that sign refresh tokens and device tokens
   */
  public static Sessions of(
      Foundation foundation,
      Accounts accounts,
      Tokens tokens,
      RateLimits limits,
      Notices notices,
      SecretKeys refreshKeys,
      RefreshConfiguration refresh,
      SessionsConfiguration configuration) {
    Database database = foundation.database();
    Audit audit = foundation.audit();
    RevocationFeed revocations = foundation.revocations();
    LoginDao logins = database.dao(LoginDao.class);
    RotationDao rotations = database.dao(RotationDao.class);
    SessionDao sessions = database.dao(SessionDao.class);
    database.prepare(() -> rehearse(logins, rotations));
    SessionCap cap =
        new SessionCap(database.unhurriedDao(SessionDao.class), configuration, revocations, audit);
    Rotations exchange =
        new Rotations(
            rotations,
            database.dao(UnrotatedDao.class),
            refreshKeys,
            refresh,
            limits,
            revocations,
            audit,
            foundation.telemetry());
    TokenPairs pairs =
        new TokenPairs(
            tokens.issuer(),
            tokens.verified(),
            refreshKeys,
            new DeviceTokens(refreshKeys, refresh.absolute().toJavaDuration(), foundation.clock()),
            refresh,
            foundation.clock());
    SessionService service =
        new SessionService(logins, exchange, accounts.service(), pairs, cap, notices, audit);
    NewPasswords passwords =
        new NewPasswords(database.dao(PasswordChangeDao.class), notices, revocations, audit);
    SecondStepService secondSteps =
        new SecondStepService(
            database.dao(ChallengeDao.class),
            database.dao(AssuranceDao.class),
            service,
            accounts.service(),
            passwords,
            pairs,
            cap,
            audit,
            foundation.clock());
    return new Sessions(
        service,
        secondSteps,
        new SupabaseSessions(pairs, exchange, refreshKeys, tokens.verified(), cap, refresh),
        new OwnSessionsService(sessions, notices, revocations, audit),
        new PasswordChangeService(
            passwords, accounts.service(), accounts.freshAuthentication(), secondSteps, pairs),
        new RefreshGrants(sessions, refreshKeys, revocations, audit),
        cap);
  }

  /**
   * Registers, logs in and refreshes, in a transaction that is rolled back. So each connection has
   * not only prepared the statements, but also opened today's partition of the audit trail and its
   * indexes.
   */
  private static void rehearse(LoginDao logins, RotationDao rotations) {
    UUID account = UUID.randomUUID();
    String email = account + "@" + EmailAddress.DECOY_DOMAIN;
    LoginDao.Opening opening = LoginDao.Opening.example();
    var _ =
        logins.register(
            account, email, email, "none", "user", null, true, "{}", opening, AuditContext.EXAMPLE);
    var _ =
        logins.open(
            account, 1, "{}", LoginDao.Opening.example(), MailOutbox.EXAMPLE, AuditContext.EXAMPLE);
    var _ = rotations.rotate(RotationDao.Rotation.example(opening.id(), opening.secretHash()));
  }
}
