package dev.warmgate.factor;

import dev.warmgate.audit.Audit;
import dev.warmgate.mail.Notices;
import dev.warmgate.revocation.RevocationFeed;
import java.util.List;
import java.util.UUID;

/**
 * Removes the factors of owners who have lost them, for admins and the operator; ends their
 * sessions, and tells them.
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
   * @return whether the account had any factor
   */
  public boolean reset(UUID accountId) {
    boolean reset = audit.record(origin -> dao.reset(accountId, notices.ofFactors(), origin));
    if (reset) {
      revocations.announce();
    }
    return reset;
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
