package dev.warmgate.passkey;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmgate.audit.Audit;
import dev.warmgate.audit.AuditEvent;
import dev.warmgate.factor.FactorAttempts.Result;
import dev.warmgate.factor.MfaService;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Checks answers of passkeys and uses up their challenges. Whoever sent one that proves nothing
 * learns no reason, which only the audit trail has.
 */
public final class PasskeyVerification implements MfaService.Credentials {
  private final Optional<Ceremonies> ceremonies;
  private final PasskeyDao dao;
  private final Audit audit;

  /**
   * @param ceremonies empty where there can be no passkeys
   */
  PasskeyVerification(Optional<Ceremonies> ceremonies, PasskeyDao dao, Audit audit) {
    this.ceremonies = ceremonies;
    this.dao = dao;
    this.audit = audit;
  }

  @Override
  public Result check(UUID accountId, UUID asker, ObjectNode credential) {
    if (ceremonies.isEmpty()) {
      return Result.REFUSED;
    }
    try {
      Ceremonies.Answer answer = ceremonies.get().read(asker, credential.toString());
      KnownPasskey passkey =
          dao.find(answer.credentialId())
              .filter(known -> known.accountId().equals(accountId))
              .orElseThrow(() -> new RefusedPasskey("unknown"));
      return use(ceremonies.get(), accountId, answer, passkey);
    } catch (RefusedPasskey refused) {
      refused(accountId, refused);
      return Result.REFUSED;
    }
  }

  /**
   * Uses the passkey's answer.
   *
   * @param accountId whose passkey it must be; {@code null} for a sign-in
   */
  Result use(
      Ceremonies checks, @Nullable UUID accountId, Ceremonies.Answer answer, KnownPasskey passkey) {
    try {
      Ceremonies.Used used = checks.used(accountId, answer, passkey);
      PasskeyDao.Use use =
          dao.use(answer.challenge(), passkey.factorId(), used.signCount(), used.backedUp());
      if (!use.fresh()) {
        return Result.REPLAYED;
      }
      if (!use.counted()) {
        String factor = passkey.factorId().toString();
        audit.refused(AuditEvent.PASSKEY_CLONED, passkey.accountId(), "factor_id", factor);
        return Result.REFUSED;
      }
      return Result.ACCEPTED;
    } catch (RefusedPasskey refused) {
      refused(passkey.accountId(), refused);
      return Result.REFUSED;
    }
  }

  void refused(@Nullable UUID accountId, RefusedPasskey refused) {
    audit.refused(AuditEvent.PASSKEY_REFUSED, accountId, "reason", refused.getMessage());
  }
}
