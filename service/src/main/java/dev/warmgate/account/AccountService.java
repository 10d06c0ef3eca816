package dev.warmgate.account;

import dev.warmgate.audit.Audit;
import dev.warmgate.audit.AuditEvent;
import dev.warmgate.mail.Notices;
import dev.warmgate.password.HashCost;
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
import java.util.List;
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
   * @throws ApiException 422 if a new password is not acceptable for the account with that address
   */
  public void requireAcceptable(String field, Password password, String email) {
    policy.check(field, password, email);
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
   * same time and gets the same answer as a wrong password, and a password that was registered for
   * an address gets the same answer whether or not the address has an account.
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
      List<Account> all = DecoyRules.mayUseDecoys() || !email.isDecoy() ? find(email) : List.of();
      Optional<Account> found = all.stream().filter(account -> !account.pending()).findFirst();
      Optional<Account> pending = all.stream().filter(Account::pending).findFirst();
      if (device != null && found.filter(device::isOf).isEmpty()) {
        attempt.countAgainst(email.key());
      }
      // In the slot, since the first use computes the hash of the decoy if the warm-up has not.
      Optional<Account> proven =
          attempt.hash(cost(found, password), () -> whoseIs(password, found, pending));
      if (proven.isEmpty() || proven.get().pending()) {
        // Also with the password of a registration: by registering a known address, a stranger
        // could otherwise try passwords of its account that nobody counts.
        attempt.failed();
        UUID known = found.map(Account::id).orElse(null);
        if (proven.isPresent()) {
          audit.refused(AuditEvent.LOGIN_FAILED, known, "reason", "email_not_confirmed");
          throw new ApiException(ProblemType.EMAIL_NOT_CONFIRMED);
        }
        audit.refused(
            AuditEvent.LOGIN_FAILED,
            known,
            "reason",
            all.isEmpty() ? "unknown_account" : "wrong_password");
        throw new ApiException(ProblemType.INVALID_CREDENTIALS);
      }
      found
          .filter(
              account -> DecoyRules.isPasswordKept() && hasher.isOutdated(account.passwordHash()))
          .ifPresent(account -> afterAnswer.execute(() -> rehash(account, password)));
      return found.get();
    }
  }

  /**
   * The cost of the account's hash, with enough memory for the registration's, which comes next.
   */
  private HashCost cost(Optional<Account> account, Password password) {
    HashCost usual = hasher.usualCost();
    HashCost first =
        account.map(Account::passwordHash).map(hash -> hasher.cost(hash, password)).orElse(usual);
    return findsPending
        ? new HashCost(Math.max(first.memoryKib(), usual.memoryKib()), first.millis())
        : first;
  }

  /**
   * Returns the account or the registration with that password. If it is not the account's, as many
   * hashes are computed for every address.
   */
  private Optional<Account> whoseIs(
      Password password, Optional<Account> account, Optional<Account> pending) {
    if (isOf(account, password)) {
      return account;
    }
    return findsPending && isOf(pending, password) ? pending : Optional.empty();
  }

  /** Computes one hash in any case. */
  private boolean isOf(Optional<Account> account, Password password) {
    Optional<String> hash = account.map(Account::passwordHash);
    return hasher.matches(hash.orElseGet(hasher::decoy), password) && hash.isPresent();
  }

  private List<Account> find(EmailAddress email) {
    return findsPending
        ? credentials.findByEmailAndPending(email.key())
        : credentials.findByEmail(email.key()).stream().toList();
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

  /** Whether a session of the account needs a second factor. */
  boolean hasFactor(UUID id) {
    return accounts.hasFactor(id);
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
      Optional<Account> account = accounts.find(id);
      if (account.isEmpty()) {
        throw new ApiException(ProblemType.SESSION_ENDED);
      }
      if (!attempt.hash(cost(account, password), () -> isOf(account, password))) {
        attempt.failed();
        audit.refused(AuditEvent.PASSWORD_REFUSED, id);
        throw new ApiException(ProblemType.WRONG_PASSWORD);
      }
      return account.get();
    }
  }
}
