package dev.warmgate.gotrue;

import dev.warmgate.account.Account;
import dev.warmgate.account.AccountService;
import dev.warmgate.account.FreshAuthentication;
import dev.warmgate.audit.AuditEvent;
import dev.warmgate.password.Password;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.proof.LinkTarget;
import dev.warmgate.proof.Proof;
import dev.warmgate.proof.ProofKind;
import dev.warmgate.proof.Proofs;
import dev.warmgate.request.Caller;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How users prove again that an account is theirs, so that a stolen token alone changes no password
 * and no address. A mailed code is used up only once everything else is in order.
 */
final class OwnerProofs {
  /** How long after the mail for a forgotten password its session may set a new one. */
  private static final Duration RECOVERY = Duration.ofMinutes(30);

  private final AccountService accounts;
  private final FreshAuthentication fresh;
  private final Proofs proofs;
  private final Clock clock;

  OwnerProofs(AccountService accounts, FreshAuthentication fresh, Proofs proofs, Clock clock) {
    this.accounts = accounts;
    this.fresh = fresh;
    this.proofs = proofs;
    this.clock = clock;
  }

  /**
   * An account whose owner the caller has proven to be.
   *
   * @param nonce the mailed code, if it was by that; it still has to be used
   */
  record Proven(Account account, @Nullable Proof nonce) {}

  /**
   * Requires the current password, a mailed code, or a session of the mail for a forgotten
   * password. An account without a password needs a recent login.
   *
   * @throws ApiException as {@link FreshAuthentication#prove(Caller, Password, String)}
   */
  Proven ofNewPassword(Caller caller, UserDao.Row user, JsonBody body) {
    fresh.requireFactor(caller);
    return given(caller, user, body)
        .or(() -> recovered(user))
        .orElseGet(() -> new Proven(withoutPassword(caller), null));
  }

  /**
   * Requires the current password, a mailed code or a recent login. What is given is checked also
   * after one.
   *
   * @throws ApiException 401 if there is none of them, 403 if the password is wrong, 429 after too
   *     many failures
   */
  Proven ofNewAddress(Caller caller, UserDao.Row user, JsonBody body) {
    fresh.requireFactor(caller);
    Optional<Proven> given = given(caller, user, body);
    if (given.isEmpty() && !fresh.isFresh(caller)) {
      throw new ApiException(ProblemType.INSUFFICIENT_USER_AUTHENTICATION);
    }
    return given.orElseGet(() -> new Proven(account(user), null));
  }

  /**
   * Uses up the mailed code, if there is one.
   *
   * @throws GoTrueException 422 if it is not good any more
   */
  void use(Proven owner) {
    if (owner.nonce() != null) {
      orInvalidNonce(() -> {
        proofs.supabase().use(owner.nonce());
        return owner;
      });
    }
  }

  /** Mails such a code. */
  void sendNonce(UserDao.Row user) {
    var _ =
        proofs.askOwner(
            ProofKind.REAUTHENTICATE,
            user.id().toString(),
            AuditEvent.REAUTHENTICATION_REQUESTED,
            user.emailKey(),
            user.email(),
            LinkTarget.supabase(null, null));
  }

  private Optional<Proven> given(Caller caller, UserDao.Row user, JsonBody body) {
    Optional<Password> current = body.password("current_password");
    return current.isPresent()
        ? Optional.of(new Proven(accounts.proveAgain(caller, current.get()), null))
        : body.text("nonce").map(nonce -> new Proven(account(user), checked(user, nonce)));
  }

  private Proof checked(UserDao.Row user, String nonce) {
    return orInvalidNonce(() -> {
      ProofKind kind = ProofKind.REAUTHENTICATE;
      Proof proof = proofs.supabase().checkNewest(user.emailKey(), nonce, kind, kind);
      if (!user.id().equals(proof.accountId())) {
        throw new ApiException(ProblemType.INVALID_PROOF);
      }
      return proof;
    });
  }

  private static <T> T orInvalidNonce(Supplier<T> check) {
    try {
      return check.get();
    } catch (ApiException refused) {
      if (refused.type() != ProblemType.INVALID_PROOF) {
        throw refused;
      }
      throw new GoTrueException(
          422, "reauthentication_not_valid", "Nonce has expired or is invalid");
    }
  }

  /** A session of the mail for a forgotten password sets one password, without the old one. */
  private Optional<Proven> recovered(UserDao.Row user) {
    return Methods.RECOVERY.equals(user.method())
            && Boolean.TRUE.equals(user.newestCredentials())
            && user.openedAt() != null
            && user.openedAt().isAfter(clock.instant().minus(RECOVERY))
        ? Optional.of(new Proven(account(user), null))
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
}
