package dev.warmgate.passkey;

import dev.warmgate.database.Database;
import dev.warmgate.factor.Factors;
import dev.warmgate.foundation.Foundation;
import dev.warmgate.secret.SecretKeys;
import dev.warmgate.session.Sessions;
import java.util.Optional;

/** The wiring of passkeys: what checks them, which factors need, and what needs factors. */
public record Passkeys(
    Optional<Ceremonies> ceremonies,
    boolean onPages,
    PasskeyDao dao,
    PasskeyVerification verification) {
  /**
   * @param issuer where clients reach the service
   * @param name what browsers call it
   * @param secrets keys from which those of challenges are derived
   */
  public static Passkeys of(
      Foundation foundation,
      PasskeysConfiguration configuration,
      String issuer,
      String name,
      SecretKeys secrets) {
    Database database = foundation.database();
    Optional<PasskeySite> site = PasskeySite.of(configuration, issuer);
    Optional<Ceremonies> ceremonies =
        site.map(found -> new Ceremonies(found, name, new Challenges(secrets, foundation.clock())));
    PasskeyDao dao = database.dao(PasskeyDao.class);
    return new Passkeys(
        ceremonies,
        site.map(PasskeySite::coversIssuer).orElse(false),
        dao,
        new PasskeyVerification(ceremonies, dao, foundation.audit()));
  }

  /** Returns what registers passkeys and signs in with them. */
  public PasskeyService service(Factors factors, Sessions sessions) {
    return new PasskeyService(
        ceremonies,
        onPages,
        verification,
        dao,
        factors.service(),
        factors.attempts(),
        sessions.secondSteps());
  }
}
