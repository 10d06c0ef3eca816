package dev.warmgate.factor;

import dev.warmgate.account.Accounts;
import dev.warmgate.database.Database;
import dev.warmgate.foundation.Foundation;
import dev.warmgate.mail.Notices;
import dev.warmgate.ratelimit.RateLimits;
import dev.warmgate.secret.SecretKeys;
import dev.warmgate.session.Sessions;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** The wiring of second factors. */
public record Factors(
    FactorService service,
    MfaService mfa,
    FactorAttempts attempts,
    FactorAlarm alarm,
    FactorResets resets) {
  /**
   * @param encryption the keys that encrypt the secrets of factors in the database
   * @param sendsMail whether the owner of an address can prove it
   * @param issuer whose host apps show
   * @param credentials what checks passkeys, if there are any
   */
  public static Factors of(
      Foundation foundation,
      Accounts accounts,
      Sessions sessions,
      RateLimits limits,
      Notices notices,
      SecretKeys encryption,
      boolean sendsMail,
      String issuer,
      MfaService.@Nullable Credentials credentials) {
    Database database = foundation.database();
    FactorDao factors = database.dao(FactorDao.class);
    FactorSecrets secrets = new FactorSecrets(encryption);
    FactorAlarm alarm = new FactorAlarm(database.unhurriedDao(FactorAlarmDao.class), notices);
    FactorAttempts attempts =
        new FactorAttempts(limits, foundation.audit(), alarm, foundation.telemetry());
    RecoveryCodes recoveryCodes =
        new RecoveryCodes(
            database.dao(RecoveryCodeDao.class), secrets, notices, foundation.audit());
    return new Factors(
        new FactorService(
            factors,
            recoveryCodes,
            secrets,
            attempts,
            accounts.service(),
            sessions.secondSteps(),
            sendsMail,
            site(issuer),
            notices,
            foundation.revocations(),
            foundation.audit(),
            foundation.clock()),
        new MfaService(
            sessions.secondSteps(),
            attempts,
            new Totps(factors, secrets, foundation.clock()),
            recoveryCodes,
            credentials),
        attempts,
        alarm,
        resets(foundation, notices, encryption));
  }

  /** Creates only the resets, for commands. */
  public static FactorResets resets(Foundation foundation, Notices notices, SecretKeys encryption) {
    return new FactorResets(
        foundation.database().dao(FactorResetDao.class),
        new FactorSecrets(encryption),
        notices,
        foundation.revocations(),
        foundation.audit());
  }

  /** Returns what apps show beside the name of an account. */
  public static String site(String issuer) {
    return URI.create(issuer).getHost();
  }
}
