package dev.warmgate.account;

import dev.warmgate.database.Database;
import dev.warmgate.foundation.Foundation;
import dev.warmgate.mail.Notices;
import dev.warmgate.password.Passwords;
import dev.warmgate.ratelimit.RateLimits;
import java.util.concurrent.Executor;

/** The account feature: accounts, and the check that a caller owns one. */
public record Accounts(
    AccountService service,
    LoginAttempts attempts,
    FreshAuthentication freshAuthentication,
    MetadataService metadata) {
  /**
   * @param findsPending whether registrations wait for a confirmation of their address
   * @param afterAnswer runs work that no response waits for
   */
  public static Accounts of(
      Foundation foundation,
      Passwords passwords,
      RateLimits limits,
      Notices notices,
      boolean findsPending,
      Executor afterAnswer) {
    Database database = foundation.database();
    CredentialsDao credentials = database.dao(CredentialsDao.class);
    database.prepare(
        findsPending
            ? () -> credentials.findByEmailAndPending("nobody")
            : () -> credentials.findByEmail("nobody"));
    LoginAttempts attempts = new LoginAttempts(limits, passwords.gate());
    AccountService service =
        new AccountService(
            credentials,
            database.dao(AccountDao.class),
            passwords.hasher(),
            passwords.gate(),
            passwords.policy(),
            attempts,
            foundation.revocations(),
            notices,
            findsPending,
            foundation.audit(),
            afterAnswer);
    return new Accounts(
        service,
        attempts,
        new FreshAuthentication(service, limits, foundation.clock()),
        new MetadataService(database.dao(MetadataDao.class), foundation.audit()));
  }
}
