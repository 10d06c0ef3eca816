package dev.warmgate.session;

import dev.warmgate.account.Account;
import dev.warmgate.account.AccountService;
import dev.warmgate.account.FreshAuthentication;
import dev.warmgate.audit.Audit;
import dev.warmgate.audit.AuditRecord;
import dev.warmgate.mail.Notices;
import dev.warmgate.password.Password;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.request.Caller;
import dev.warmgate.revocation.RevocationFeed;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Changes passwords. Afterwards the tokens of all earlier sessions are invalid. */
public final class PasswordChangeService {
  private final PasswordChangeDao passwords;
  private final AccountService accounts;
  private final FreshAuthentication fresh;
  private final SecondStepService steps;
  private final TokenPairs pairs;
  private final Notices notices;
  private final RevocationFeed revocations;
  private final Audit audit;

  PasswordChangeService(
      PasswordChangeDao passwords,
      AccountService accounts,
      FreshAuthentication fresh,
      SecondStepService steps,
      TokenPairs pairs,
      Notices notices,
      RevocationFeed revocations,
      Audit audit) {
    this.passwords = passwords;
    this.accounts = accounts;
    this.fresh = fresh;
    this.steps = steps;
    this.pairs = pairs;
    this.notices = notices;
    this.revocations = revocations;
    this.audit = audit;
  }

  /**
   * Sets a new password, ends every session of the account including the caller's, and opens a new
   * one for the caller, at the level of the old one.
   *
   * @param current may be missing if the account has none and the login is recent
   * @throws ApiException 401 if such a login is needed, 403 if the current password is wrong, 409
   *     if it was changed in the meantime, 422 if the new one is not acceptable, 429 after too many
   *     failures
   */
  public TokenPair change(
      Caller caller, @Nullable Password current, Password next, @Nullable String userAgent) {
    Account account = fresh.prove(caller, current, "current_password");
    String hash = accounts.hashNew("new_password", next, account.email());
    NewSession session = steps.continuing(caller, userAgent);
    List<AuditRecord> happened =
        audit.recordAll(origin ->
            passwords.change(
                account.id(),
                account.passwordVersion(),
                hash,
                session.opening(),
                notices.ofPasswordChange(),
                origin));
    if (happened.isEmpty()) {
      throw new ApiException(ProblemType.CONFLICT);
    }
    revocations.announce();
    SecondSteps.requireOpened(session, happened);
    return pairs.opened(session, account, account.passwordVersion() + 1);
  }

  /**
   * Sets a new password and ends every session but the caller's.
   *
   * @param account whose owner the caller has proven to be
   * @throws ApiException 409 if the password was changed in the meantime, 422 if the new one is not
   *     acceptable
   */
  public void replace(Caller caller, Account account, Password next) {
    String hash = accounts.hashNew("password", next, account.email());
    boolean changed =
        audit.record(origin ->
            passwords.replace(
                account.id(),
                account.passwordVersion(),
                hash,
                caller.sessionId(),
                notices.ofPasswordChange(),
                origin));
    if (!changed) {
      throw new ApiException(ProblemType.CONFLICT);
    }
    revocations.announce();
  }
}
