package dev.warmgate.session;

import dev.warmgate.account.Account;
import dev.warmgate.audit.Audit;
import dev.warmgate.audit.AuditRecord;
import dev.warmgate.mail.Notices;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.revocation.RevocationFeed;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Puts new passwords into effect, whose owners have proven who they are. Changes nothing if the
 * password was replaced in the meantime.
 */
final class NewPasswords {
  private final PasswordChangeDao dao;
  private final Notices notices;
  private final RevocationFeed revocations;
  private final Audit audit;

  NewPasswords(PasswordChangeDao dao, Notices notices, RevocationFeed revocations, Audit audit) {
    this.dao = dao;
    this.notices = notices;
    this.revocations = revocations;
    this.audit = audit;
  }

  /**
   * Sets a password that its owner has changed.
   *
   * @param spared a session that does not end
   * @return what happened, with the session that was opened
   * @throws ApiException 409 if the password was replaced in the meantime
   */
  List<AuditRecord> change(
      Account account, String hash, @Nullable UUID spared, LoginDao.Opening opening) {
    List<AuditRecord> happened = store(account, hash, "changed", spared, opening);
    if (happened.isEmpty()) {
      throw new ApiException(ProblemType.CONFLICT);
    }
    return happened;
  }

  /**
   * Sets a password that was asked for by mail, and ends every session.
   *
   * @return what happened; nothing if the password was replaced in the meantime
   */
  List<AuditRecord> reset(Account account, String hash, LoginDao.Opening opening) {
    return store(account, hash, "reset", null, opening);
  }

  private List<AuditRecord> store(
      Account account, String hash, String how, @Nullable UUID spared, LoginDao.Opening opening) {
    List<AuditRecord> happened =
        audit.recordAllAs(
            account.id(),
            origin ->
                dao.change(
                    account.id(),
                    account.passwordVersion(),
                    hash,
                    how,
                    spared,
                    opening,
                    notices.ofPasswordChange(),
                    origin));
    if (!happened.isEmpty()) {
      revocations.announce();
    }
    return happened;
  }
}
