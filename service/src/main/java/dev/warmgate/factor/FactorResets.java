package dev.warmgate.factor;

import dev.warmgate.audit.Audit;
import dev.warmgate.audit.AuditEvent;
import dev.warmgate.audit.AuditRecord;
import dev.warmgate.mail.Notices;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.revocation.RevocationFeed;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Removes the factors of owners who have lost them, for admins, services and the operator; ends the
 * sessions of those who have none left, and tells them.
 */
public final class FactorResets {
  private static final int BATCH = 500;

  private final FactorResetDao dao;
  private final FactorSecrets secrets;
  private final Notices notices;
  private final RevocationFeed revocations;
  private final Audit audit;

  public FactorResets(
      FactorResetDao dao,
      FactorSecrets secrets,
      Notices notices,
      RevocationFeed revocations,
      Audit audit) {
    this.dao = dao;
    this.secrets = secrets;
    this.notices = notices;
    this.revocations = revocations;
    this.audit = audit;
  }

  /**
   * Removes every factor of an account.
   *
   * @return whether it had any
   */
  public boolean reset(UUID accountId) {
    return removed(accountId, null);
  }

  /**
   * Removes one factor of an account. The loss of the last one is a reset, too: it ends the
   * sessions.
   *
   * @throws ApiException 404 if the account has no such factor
   */
  public void remove(UUID accountId, UUID factorId) {
    if (!removed(accountId, factorId)) {
      throw new ApiException(ProblemType.FACTOR_NOT_FOUND);
    }
  }

  private boolean removed(UUID accountId, @Nullable UUID factorId) {
    List<AuditRecord> happened =
        audit.recordAll(origin -> dao.remove(accountId, factorId, notices.ofFactors(), origin));
    if (happened.stream().anyMatch(record -> record.is(AuditEvent.SESSIONS_ENDED))) {
      revocations.announce();
    }
    return !happened.isEmpty();
  }

  /**
   * Encrypts secrets with the newest encryption key if they use an older one, which can be removed
   * afterwards.
   *
   * @return the number of changed secrets
   */
  public int reencrypt() {
    String newest = secrets.encryptionKeyId();
    int changed = 0;
    List<FactorSecrets.Sealed> old;
    do {
      old = dao.sealedWithOlderThan(newest, BATCH);
      for (FactorSecrets.Sealed factor : old) {
        changed += dao.reencrypt(secrets.seal(factor.id(), secrets.open(factor)));
      }
    } while (old.size() == BATCH);
    do {
      old = dao.setsSealedWithOlderThan(newest, BATCH);
      for (FactorSecrets.Sealed set : old) {
        FactorSecrets.Sealed again =
            secrets.sealRecoveryKey(set.id(), secrets.openRecoveryKey(set));
        changed += dao.reencryptSet(again, set.encrypted());
      }
    } while (old.size() == BATCH);
    return changed;
  }
}
