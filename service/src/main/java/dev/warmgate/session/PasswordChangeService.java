package dev.warmgate.session;

import dev.warmgate.account.Account;
import dev.warmgate.account.AccountService;
import dev.warmgate.account.FreshAuthentication;
import dev.warmgate.audit.AuditRecord;
import dev.warmgate.password.Password;
import dev.warmgate.request.Caller;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Changes passwords. Afterwards the tokens of all earlier sessions are invalid. */
public final class PasswordChangeService {
  private final NewPasswords passwords;
  private final AccountService accounts;
  private final FreshAuthentication fresh;
  private final SecondStepService steps;
  private final TokenPairs pairs;

  PasswordChangeService(
      NewPasswords passwords,
      AccountService accounts,
      FreshAuthentication fresh,
      SecondStepService steps,
      TokenPairs pairs) {
    this.passwords = passwords;
    this.accounts = accounts;
    this.fresh = fresh;
    this.steps = steps;
    this.pairs = pairs;
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
    List<AuditRecord> happened = passwords.change(account, hash, null, session.opening());
    SecondSteps.requireOpened(session, happened);
    return pairs.opened(session, account, account.passwordVersion() + 1);
  }

  /**
   * Sets a new password and ends every session but the caller's.
   *
   * @param account whose owner the caller has proven to be
   * @param hash of an acceptable password
   * @throws ApiException 409 if the password was changed in the meantime
   */
  public void replace(Caller caller, Account account, String hash) {
    List<AuditRecord> _ =
        passwords.change(account, hash, caller.sessionId(), LoginDao.Opening.of(null));
  }
}
