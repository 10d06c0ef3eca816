package dev.warmgate.gotrue;

import dev.warmgate.account.Account;
import dev.warmgate.account.AccountService;
import dev.warmgate.account.EmailAddress;
import dev.warmgate.account.FreshAuthentication;
import dev.warmgate.account.Metadata;
import dev.warmgate.account.MetadataService;
import dev.warmgate.addresschange.AddressChangeService;
import dev.warmgate.audit.AuditEvent;
import dev.warmgate.password.Password;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.proof.LinkTarget;
import dev.warmgate.proof.Proof;
import dev.warmgate.proof.ProofKind;
import dev.warmgate.proof.Proofs;
import dev.warmgate.request.Caller;
import dev.warmgate.session.PasswordChangeService;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Changes that a user makes to their own account. */
final class UserChanges {
  /** How long after the mail for a forgotten password its session may set a new one. */
  private static final Duration RECOVERY = Duration.ofMinutes(30);

  private final UserDao users;
  private final AccountService accounts;
  private final FreshAuthentication fresh;
  private final MetadataService metadata;
  private final PasswordChangeService passwords;
  private final AddressChangeService addresses;
  private final Proofs proofs;
  private final Clock clock;

  UserChanges(
      UserDao users,
      AccountService accounts,
      FreshAuthentication fresh,
      MetadataService metadata,
      PasswordChangeService passwords,
      AddressChangeService addresses,
      Proofs proofs,
      Clock clock) {
    this.users = users;
    this.accounts = accounts;
    this.fresh = fresh;
    this.metadata = metadata;
    this.passwords = passwords;
    this.addresses = addresses;
    this.proofs = proofs;
    this.clock = clock;
  }

  User read(Caller caller) {
    return User.of(row(caller));
  }

  private UserDao.Row row(Caller caller) {
    return users
        .find(caller.accountId(), caller.sessionId())
        .orElseThrow(() ->
            new GoTrueException(
                403, "user_not_found", "User from sub claim in JWT does not exist"));
  }

  /**
   * Applies what the body has: a password, an address, metadata.
   *
   * @throws ApiException as the services that it calls
   */
  User apply(Caller caller, JsonBody body, LinkTarget target) {
    if (body.has("app_metadata")) {
      throw new GoTrueException(
          403, "not_admin", "Updating app_metadata requires admin privileges");
    }
    if (body.text("phone").isPresent()) {
      throw Disabled.PHONE.refusal();
    }
    Optional<Metadata> data = body.metadata("data");
    UserDao.Row user = row(caller);
    Optional<EmailAddress> email =
        body.email().filter(wanted -> !wanted.key().equals(user.emailKey()));
    if (email.isPresent() || body.has("password")) {
      fresh.requireFactor(caller);
    }
    boolean proven = changePassword(caller, user, body);
    if (email.isPresent()) {
      if (!proven && !fresh.isFresh(caller) && proof(caller, user, body).isEmpty()) {
        throw new ApiException(ProblemType.INSUFFICIENT_USER_AUTHENTICATION);
      }
      addresses.ask(caller.accountId(), email.get(), target);
    }
    data.ifPresent(patch -> metadata.merge(caller.accountId(), patch));
    User changed = read(caller);
    return email
        .map(wanted -> changed.asking(wanted, clock.instant().truncatedTo(ChronoUnit.MICROS)))
        .orElse(changed);
  }

  /** Returns whether the caller has proven who they are. */
  private boolean changePassword(Caller caller, UserDao.Row user, JsonBody body) {
    Optional<Password> next = body.password("password");
    if (next.isEmpty()) {
      return false;
    }
    // Before the nonce is used up.
    accounts.requireAcceptable("password", next.get(), user.email());
    Account account =
        proof(caller, user, body)
            .or(() -> recovered(user))
            .orElseGet(() -> withoutPassword(caller));
    if (body.password("current_password").equals(next)) {
      throw new GoTrueException(
          422, "same_password", "New password should be different from the old password.");
    }
    passwords.replace(caller, account, next.get());
    return true;
  }

  /** Returns the account if the body has its password, or a nonce. */
  private Optional<Account> proof(Caller caller, UserDao.Row user, JsonBody body) {
    Optional<Password> current = body.password("current_password");
    if (current.isPresent()) {
      return Optional.of(accounts.proveAgain(caller, current.get()));
    }
    return body.text("nonce")
        .map(nonce -> {
          useNonce(user, nonce);
          return account(user);
        });
  }

  private void useNonce(UserDao.Row user, String nonce) {
    try {
      Proof proof =
          proofs
              .supabase()
              .checkNewest(
                  user.emailKey(), nonce, ProofKind.REAUTHENTICATE, ProofKind.REAUTHENTICATE);
      if (!user.id().equals(proof.accountId())) {
        throw new ApiException(ProblemType.INVALID_PROOF);
      }
      proofs.supabase().use(proof);
    } catch (ApiException refused) {
      if (refused.type() != ProblemType.INVALID_PROOF) {
        throw refused;
      }
      throw new GoTrueException(
          422, "reauthentication_not_valid", "Nonce has expired or is invalid");
    }
  }

  /** A session of the mail for a forgotten password sets one password, without the old one. */
  private Optional<Account> recovered(UserDao.Row user) {
    return Methods.RECOVERY.equals(user.method())
            && Boolean.TRUE.equals(user.newestCredentials())
            && user.openedAt() != null
            && user.openedAt().isAfter(clock.instant().minus(RECOVERY))
        ? Optional.of(account(user))
        : Optional.empty();
  }

  private Account withoutPassword(Caller caller) {
    try {
      return fresh.prove(caller, null, "current_password");
    } catch (ApiException refused) {
      if (refused.type() != ProblemType.VALIDATION_FAILED) {
        throw refused;
      }
      throw new GoTrueException(
          400, "current_password_required", "Current password required when setting new password.");
    }
  }

  private Account account(UserDao.Row user) {
    return accounts.find(user.id()).orElseThrow(() -> new ApiException(ProblemType.SESSION_ENDED));
  }

  /**
   * Mails a code with which the caller proves again who they are.
   *
   * @throws ApiException 409 if no mail is sent, 429 if it was asked for too recently
   */
  void sendNonce(Caller caller) {
    UserDao.Row user = row(caller);
    var _ =
        proofs.askOwner(
            ProofKind.REAUTHENTICATE,
            user.id().toString(),
            AuditEvent.REAUTHENTICATION_REQUESTED,
            user.emailKey(),
            user.email(),
            LinkTarget.supabase(null, null));
  }
}
