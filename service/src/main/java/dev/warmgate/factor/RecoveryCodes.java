package dev.warmgate.factor;

import dev.warmgate.audit.Audit;
import dev.warmgate.mail.Notices;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * Ten codes with which an owner who has lost every other factor signs in, each once. They are shown
 * when they are made and never again.
 */
final class RecoveryCodes {
  private final RecoveryCodeDao dao;
  private final FactorSecrets secrets;
  private final Notices notices;
  private final Audit audit;

  RecoveryCodes(RecoveryCodeDao dao, FactorSecrets secrets, Notices notices, Audit audit) {
    this.dao = dao;
    this.secrets = secrets;
    this.notices = notices;
    this.audit = audit;
  }

  /**
   * Makes a new set, which replaces the old one, and tells the owner by mail.
   *
   * @throws ApiException 409 if the account has no factor
   */
  List<String> replace(UUID accountId) {
    NewRecoveryCodes made = NewRecoveryCodes.of(accountId, secrets);
    if (!audit.record(origin -> dao.replace(made, notices.ofFactors(), origin))) {
      throw new ApiException(ProblemType.NO_FACTOR);
    }
    return made.shown();
  }

  int left(UUID accountId) {
    return dao.countUnused(accountId);
  }

  /** Uses a code up if it is the account's and was not used before. */
  FactorAttempts.Result use(UUID accountId, String text) {
    String code = text.toLowerCase(Locale.ROOT).replaceAll("[\\s-]", "");
    Optional<FactorSecrets.Sealed> set = dao.key(accountId);
    if (set.isEmpty() || code.length() != NewRecoveryCodes.LENGTH) {
      return FactorAttempts.Result.REFUSED;
    }
    byte[] mac = FactorSecrets.mac(secrets.openRecoveryKey(set.get()), code);
    boolean used =
        audit.recordAs(accountId, origin -> dao.use(accountId, mac, notices.ofFactors(), origin));
    if (used) {
      return FactorAttempts.Result.ACCEPTED;
    }
    return dao.isUsed(accountId, mac)
        ? FactorAttempts.Result.REPLAYED
        : FactorAttempts.Result.REFUSED;
  }
}
