package dev.warmgate.session;

import dev.warmgate.account.Account;
import dev.warmgate.account.AccountService;
import dev.warmgate.audit.Audit;
import dev.warmgate.password.Password;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.request.Caller;
import dev.warmgate.revocation.RevocationFeed;
import org.jspecify.annotations.Nullable;

/** Changes passwords. Afterwards the tokens of all earlier sessions are invalid. */
public final class PasswordChangeService {
  private final PasswordChangeDao passwords;
  private final AccountService accounts;
  private final SessionService sessions;
  private final RevocationFeed revocations;
  private final Audit audit;

  public PasswordChangeService(
      PasswordChangeDao passwords,
      AccountService accounts,
      SessionService sessions,
      RevocationFeed revocations,
      Audit audit) {
    this.passwords = passwords;
    this.accounts = accounts;
    this.sessions = sessions;
    this.revocations = revocations;
    this.audit = audit;
  }

  /**
   * Sets a new password, ends every session of the account including the caller's, and opens a new
   * one for the caller.
   *
   * @throws ApiException 403 if the current password is wrong, 409 if it was changed in the
   *     meantime, 422 if the new one is not acceptable, 429 after too many failures
   */
  TokenPair change(Caller caller, Password current, Password next, @Nullable String userAgent) {
    Account account = accounts.proveAgain(caller, current);
    String hash = accounts.hashNew("new_password", next, account.email());
    RefreshToken token = sessions.firstToken();
    boolean changed =
        audit.record(origin ->
            passwords.change(
                account.id(),
                account.passwordVersion(),
                hash,
                sessions.opening(token, userAgent),
                origin));
    if (!changed) {
      throw new ApiException(ProblemType.CONFLICT);
    }
    revocations.announce();
    return sessions.pair(token, account, account.passwordVersion() + 1, sessions.thisApi(), null);
  }
}
