package dev.warmgate.admin;

import dev.warmgate.account.EmailAddress;
import dev.warmgate.account.LoginAttempts;
import dev.warmgate.audit.Audit;
import dev.warmgate.page.Position;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.request.Caller;
import dev.warmgate.revocation.RevocationFeed;
import dev.warmgate.session.SessionDao;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Finds accounts, closes and opens them, ends their sessions; tells every replica what ended. */
public final class AdminService {
  /** Behind every character that an address can hold; Unicode will never have one here. */
  private static final String LAST_CHARACTER = Character.toString(Character.MAX_CODE_POINT);

  private static final int MOST_COUNTED = 1_000;

  private final AdminDao accounts;
  private final SessionDao sessions;
  private final LoginAttempts attempts;
  private final RevocationFeed revocations;
  private final Audit audit;

  public AdminService(
      AdminDao accounts,
      SessionDao sessions,
      LoginAttempts attempts,
      RevocationFeed revocations,
      Audit audit) {
    this.accounts = accounts;
    this.sessions = sessions;
    this.attempts = attempts;
    this.revocations = revocations;
    this.audit = audit;
  }

  /** One more than asked for tells that there are more. */
  List<AdminDao.Listed> newest(Position after, int limit) {
    return accounts.newest(after.createdAt(), after.id(), limit + 1);
  }

  /**
   * Those whose address begins so, in its order, one more than asked for.
   *
   * @param after the key of the last one on the page before
   */
  List<AdminDao.Listed> search(String prefix, @Nullable String after, int limit) {
    String folded = EmailAddress.fold(prefix);
    return accounts.byEmail(folded, after == null ? "" : after, folded + LAST_CHARACTER, limit + 1);
  }

  /**
   * @throws ApiException 404 if there is none
   */
  AdminDao.Listed find(UUID id) {
    return accounts.find(id).orElseThrow(() -> new ApiException(ProblemType.ACCOUNT_NOT_FOUND));
  }

  int countSessions(UUID id) {
    return accounts.countSessions(id, MOST_COUNTED);
  }

  /**
   * Closes an account: its sessions end, and a login is answered like a wrong password.
   *
   * @throws ApiException 404 if there is none, 409 if it is the admin's own
   */
  void disable(Caller admin, UUID id) {
    if (admin.accountId().equals(id)) {
      throw new ApiException(ProblemType.OWN_ACCOUNT);
    }
    if (!audit.record(origin -> accounts.disable(id, origin))) {
      find(id);
    }
    revocations.announce();
  }

  /**
   * Opens an account again; nobody is logged in.
   *
   * @throws ApiException 404 if there is none
   */
  void enable(UUID id) {
    if (!audit.record(origin -> accounts.enable(id, origin))) {
      find(id);
    }
    revocations.announce();
  }

  /**
   * Ends every session of an account.
   *
   * @throws ApiException 404 if there is no such account
   */
  void endSessions(UUID id) {
    if (!audit.record(origin -> sessions.endAll(id, null, false, "ended_by_admin", origin))) {
      find(id);
    }
    revocations.announce();
  }

  /**
   * Forgets the failed logins of an account, so that its owner need not wait.
   *
   * @throws ApiException 404 if there is none
   */
  void unlock(UUID id) {
    AdminDao.Listed account = find(id);
    audit.record(origin -> accounts.unlock(id, origin));
    attempts.forget(account.emailKey());
  }
}
