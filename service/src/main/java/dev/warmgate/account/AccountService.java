package dev.warmgate.account;

import dev.warmgate.audit.Audit;
import dev.warmgate.audit.AuditEvent;
import dev.warmgate.mail.Notices;
import dev.warmgate.password.HashingGate;
import dev.warmgate.password.Password;
import dev.warmgate.password.PasswordHasher;
import dev.warmgate.password.PasswordPolicy;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.request.AccountRoles;
import dev.warmgate.request.Caller;
import dev.warmgate.request.DecoyRules;
import dev.warmgate.revocation.RevocationFeed;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Checks passwords and deletes accounts. Holds no database connection while it hashes, and reads
 * nothing before the hashing gate admits the request.
 */
public final class AccountService implements AccountRoles {
  private final CredentialsDao credentials;
  private final AccountDao accounts;
  private final PasswordHasher hasher;
  private final HashingGate gate;
  private final PasswordPolicy policy;
  private final LoginAttempts attempts;
  private final RevocationFeed revocations;
  private final Notices notices;
  private final boolean findsPending;
  private final Audit audit;
  private final Executor afterAnswer;

  /**
   * @param findsPending whether registrations wait for a confirmation
   * @param afterAnswer runs work that no client waits for, one task at a time; may drop tasks
   */
  public AccountService(
      CredentialsDao credentials,
      AccountDao accounts,
      PasswordHasher hasher,
      HashingGate gate,
      PasswordPolicy policy,
      LoginAttempts attempts,
      RevocationFeed revocations,
      Notices notices,
      boolean findsPending,
      Audit audit,
      Executor afterAnswer) {
    this.credentials = credentials;
    this.accounts = accounts;
    this.hasher = hasher;
    this.gate = gate;
    this.policy = policy;
    this.attempts = attempts;
    this.revocations = revocations;
    this.notices = notices;
    this.findsPending = findsPending;
    this.audit = audit;
    this.afterAnswer = afterAnswer;
  }

  /**
   * Hashes a new password for the account with that address.
   *
   * @throws ApiException 422 if the password is not acceptable, 503 if the hashing gate is full
   */
  public String hashNew(String field, Password password, String email) {
    policy.check(field, password, email);
    try (HashingGate.Slot slot = gate.reserve()) {
      boolean lightly = DecoyRules.hashesLightly();
      return slot.run(() -> lightly ? hasher.hashLightly(password) : hasher.hash(password));
    }
  }

  /**
   * Returns the account with that address if the password is correct. An unknown address takes the
   * same time and gets the same answer as a wrong password.
   *
   * @param device the known device that the client has proven to be, if any
   * @throws ApiException 401 if the address or the password is wrong, 403 if only the confirmation
   *     of the address is missing, 429 after too many failures, 503 if the hashing gate is full
   */
  public Account prove(EmailAddress email, Password password, @Nullable Device device) {
    try {
      return attempt(email, password, device);
    } catch (ApiException refused) {
      if (refused.type() == ProblemType.RATE_LIMITED) {
        audit.refusedAt(AuditEvent.LOGIN_BLOCKED, email.key());
      }
      throw refused;
    }
  }

  private Account attempt(EmailAddress email, Password password, @Nullable Device device) {
    try (LoginAttempts.Attempt attempt = attempts.toLogIn(email.key(), device)) {
      Optional<Account> found =
          find(email).filter(account -> DecoyRules.mayUseDecoys() || !email.isDecoy());
      if (device != null && found.filter(device::isOf).isEmpty()) {
        attempt.countAgainst(email.key());
      }
      // In the slot, since the first use computes the hash of the decoy if the warm-up has not.
      boolean matches =
          attempt.hash(() ->
              hasher.matches(found.map(Account::passwordHash).orElseGet(hasher::decoy), password));
      if (found.map(Account::passwordHash).isEmpty() || !matches) {
        attempt.failed();
        audit.refused(
            AuditEvent.LOGIN_FAILED,
            found.map(Account::id).orElse(null),
            "reason",
            found.isEmpty() ? "unknown_account" : "wrong_password");
        throw new ApiException(ProblemType.INVALID_CREDENTIALS);
      }
      if (found.get().pending()) {
        audit.refused(AuditEvent.LOGIN_FAILED, null, "reason", "email_not_confirmed");
        throw new ApiException(ProblemType.EMAIL_NOT_CONFIRMED);
      }
      found
          .filter(
              account -> DecoyRules.isPasswordKept() && hasher.isOutdated(account.passwordHash()))
          .ifPresent(account -> afterAnswer.execute(() -> rehash(account, password)));
      return found.get();
    }
  }

  private Optional<Account> find(EmailAddress email) {
    return findsPending
        ? credentials.findByEmailOrPending(email.key())
        : credentials.findByEmail(email.key());
  }

  /** Returns the account with that id, also a disabled one. */
  public Optional<Account> find(UUID id) {
    return accounts.find(id);
  }

  /** Returns the language that the owner has chosen, a BCP 47 tag, if any. */
  public Optional<String> locale(UUID id) {
    return accounts.locale(id).filter(tag -> !tag.isEmpty());
  }

  /** Whether the account is enabled and has the role now, whatever its tokens say. */
  @Override
  public boolean hasRole(UUID id, String role) {
    return accounts.hasRole(id, role);
  }

  private void rehash(Account account, Password password) {
    try (HashingGate.Slot slot = gate.reserve()) {
      String newHash = slot.run(() -> hasher.hash(password));
      accounts.rehash(account.id(), account.passwordHash(), newHash);
    } catch (ApiException busy) {
      // The next login tries again.
      return;
    }
  }

  /**
   * Deletes an account and everything that belongs to it.
   *
   * @param account whose owner the caller has proven to be
   * @throws ApiException 409 if its password has changed meanwhile or it is the last admin's
   */
  public void delete(Account account) {
    boolean deleted =
        audit.record(origin ->
            accounts.delete(account.id(), account.passwordVersion(), notices.ofDeletion(), origin));
    if (!deleted) {
      throw new ApiException(
          accounts
              .find(account.id())
              .filter(kept -> kept.passwordVersion() == account.passwordVersion())
              .map(_ -> ProblemType.LAST_ADMIN)
              .orElse(ProblemType.CONFLICT));
    }
    revocations.announce();
  }

  /** Deletes that warm-up account, and those that an earlier warm-up left behind. */
  public void forgetDecoys(EmailAddress decoy) {
    accounts.deleteDecoys(decoy.key());
    revocations.announce();
  }

  /**
   * Returns the caller's account if the password is correct.
   *
   * @throws ApiException 401 if the account has been deleted, 403 if the password is wrong, 429
   *     after too many failures, 503 if the hashing gate is full
   */
  public Account proveAgain(Caller caller, Password password) {
    UUID id = caller.accountId();
    try (LoginAttempts.Attempt attempt = attempts.toProveAgain(caller.sessionId())) {
      Account account =
          accounts.find(id).orElseThrow(() -> new ApiException(ProblemType.SESSION_ENDED));
      String hash = account.passwordHash();
      boolean matches =
          attempt.hash(() -> hasher.matches(hash == null ? hasher.decoy() : hash, password));
      if (hash == null || !matches) {
        attempt.failed();
        audit.refused(AuditEvent.PASSWORD_REFUSED, id);
        throw new ApiException(ProblemType.WRONG_PASSWORD);
      }
      return account;
    }
  }
}
