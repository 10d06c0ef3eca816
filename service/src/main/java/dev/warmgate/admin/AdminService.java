package dev.warmgate.admin;

import dev.warmgate.account.EmailAddress;
import dev.warmgate.account.LoginAttempts;
import dev.warmgate.audit.Audit;
import dev.warmgate.factor.FactorAttempts;
import dev.warmgate.factor.FactorResets;
import dev.warmgate.mail.Notices;
import dev.warmgate.page.Position;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.request.Authenticated;
import dev.warmgate.request.Caller;
import dev.warmgate.revocation.RevocationFeed;
import dev.warmgate.session.SessionDao;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Finds, disables and enables accounts and ends their sessions; announces every ended session to
 * all replicas.
 */
public final class AdminService {
  /** Sorts after every character of an address: U+10FFFF will never be assigned. */
  private static final String LAST_CHARACTER = Character.toString(Character.MAX_CODE_POINT);

  private static final int MOST_COUNTED = 1_000;

  private final AdminDao accounts;
  private final SessionDao sessions;
  private final LoginAttempts attempts;
  private final FactorAttempts factorAttempts;
  private final FactorResets factors;
  private final Notices notices;
  private final RevocationFeed revocations;
  private final Audit audit;

  public AdminService(
      AdminDao accounts,
      SessionDao sessions,
      LoginAttempts attempts,
      FactorAttempts factorAttempts,
      FactorResets factors,
      Notices notices,
      RevocationFeed revocations,
      Audit audit) {
    this.accounts = accounts;
    this.sessions = sessions;
    this.attempts = attempts;
    this.factorAttempts = factorAttempts;
    this.factors = factors;
    this.notices = notices;
    this.revocations = revocations;
    this.audit = audit;
  }

  /**
   * Keeps the key of a service, which may be anywhere, from becoming an admin or hindering one, in
   * either form of the API.
   *
   * @throws ApiException 403 if the role is an admin's
   */
  public static void requireNoAdmin(String role) {
    if (role.equals(Authenticated.ADMIN)) {
      throw new ApiException(
          ProblemType.FORBIDDEN, "Services do not change the accounts of admins");
    }
  }

  /** Lists accounts, newest first: one more than {@code limit} if there are more. */
  List<AdminDao.Listed> newest(Position after, int limit) {
    return accounts.newest(after.createdAt(), after.id(), limit + 1);
  }

  /**
   * Lists accounts whose address begins with the prefix, sorted by address: one more than {@code
   * limit} if there are more.
   *
   * @param after key of the last account on the previous page
   */
  List<AdminDao.Listed> search(String prefix, @Nullable String after, int limit) {
    String folded = EmailAddress.fold(prefix);
    return accounts.byEmail(folded, after == null ? "" : after, folded + LAST_CHARACTER, limit + 1);
  }

  /**
   * @throws ApiException 404 if there is no such account
   */
  AdminDao.Listed find(UUID id) {
    return accounts.find(id).orElseThrow(() -> new ApiException(ProblemType.ACCOUNT_NOT_FOUND));
  }

  int countSessions(UUID id) {
    return accounts.countSessions(id, MOST_COUNTED);
  }

  /**
   * Disables an account: its sessions end, and a login gets the same answer as for a wrong
   * password.
   *
   * @throws ApiException 404 if there is no such account, 409 if it is the admin's own, or the last
   *     admin
   */
  void disable(Caller admin, UUID id) {
    if (admin.accountId().equals(id)) {
      throw new ApiException(ProblemType.OWN_ACCOUNT);
    }
    disable(id);
  }

  /**
   * As {@link #disable(Caller, UUID)}, for a service.
   *
   * @throws ApiException 404 if there is no such account, 409 if it is the last admin
   */
  public void disable(UUID id) {
    if (!audit.record(origin -> accounts.disable(id, origin)) && find(id).disabledAt() == null) {
      throw new ApiException(ProblemType.LAST_ADMIN);
    }
    revocations.announce();
  }

  /**
   * Enables an account again; its sessions stay ended.
   *
   * @throws ApiException 404 if there is no such account
   */
  public void enable(UUID id) {
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
    if (!audit.record(
        origin ->
            sessions.endAll(
                id, null, false, "ended_by_admin", notices.ofEndedSessions(), origin))) {
      find(id);
    }
    revocations.announce();
  }

  /**
   * Removes every second factor of an account and ends its sessions; does nothing if it has none.
   *
   * @throws ApiException 404 if there is no such account
   */
  void resetFactors(UUID id) {
    if (!factors.reset(id)) {
      find(id);
    }
  }

  /**
   * Forgets the failed logins and second factors of an account, so that its owner need not wait.
   *
   * @throws ApiException 404 if there is no such account
   */
  void unlock(UUID id) {
    AdminDao.Listed account = find(id);
    audit.record(origin -> accounts.unlock(id, origin));
    attempts.forget(account.emailKey());
    factorAttempts.forget(id);
  }
}
