package dev.warmgate.gotrue;

import dev.warmgate.account.FreshAuthentication;
import dev.warmgate.factor.FactorDao;
import dev.warmgate.factor.FactorKind;
import dev.warmgate.factor.FactorService;
import dev.warmgate.factor.MfaService;
import dev.warmgate.factor.Presented;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.request.Caller;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Enrols, verifies and removes the factors of the caller. A factor is first verified when its owner
 * enrols it, and later in each session that is to do more than ask for it.
 */
final class SecondFactors {
  /** What apps show; everything else is taken for a recovery code. */
  private static final Pattern CODE = Pattern.compile("\\s*(?:[0-9]\\s*){6,8}");

  private static final Pattern NAME = Pattern.compile(FactorService.NAMES);

  private final FactorService factors;
  private final MfaService mfa;
  private final FreshAuthentication fresh;
  private final FactorChallenges challenges;
  private final SessionAnswers sessions;

  SecondFactors(
      FactorService factors,
      MfaService mfa,
      FreshAuthentication fresh,
      FactorChallenges challenges,
      SessionAnswers sessions) {
    this.factors = factors;
    this.mfa = mfa;
    this.fresh = fresh;
    this.challenges = challenges;
    this.sessions = sessions;
  }

  /**
   * Enrols an app. Whoever has a stolen token only could otherwise lock the owner out.
   *
   * @throws ApiException 401 without a recent login, or a second factor if there is one; 403 if the
   *     address is to be proven first; 409 if there are too many factors
   */
  FactorService.Enrolled enrol(Caller caller, String name) {
    if (!NAME.matcher(name).matches()) {
      throw GoTrueException.invalid("friendly_name " + FactorService.NAMES_ARE);
    }
    fresh.requireFactor(caller);
    if (!fresh.isFresh(caller)) {
      throw new ApiException(ProblemType.INSUFFICIENT_USER_AUTHENTICATION);
    }
    if (factors.list(caller.accountId()).stream().anyMatch(known -> known.name().equals(name))) {
      throw new GoTrueException(
          422,
          "mfa_factor_name_conflict",
          "A factor with the friendly name \"%s\" for this user already exists".formatted(name));
    }
    return factors.enrolTotp(caller, name);
  }

  /**
   * @throws ApiException 404 if the caller has no such factor
   * @throws GoTrueException 422 if it is a passkey, which only our own form can use
   */
  FactorChallenges.Challenge challenge(Caller caller, UUID factorId) {
    if (!find(caller, factorId).kind().equals(FactorKind.TOTP.toString())) {
      throw new GoTrueException(
          422, "mfa_webauthn_verify_not_enabled", "MFA verification is disabled for WebAuthn");
    }
    return challenges.begin(caller.sessionId(), factorId);
  }

  /**
   * A session at the higher level.
   *
   * @param recoveryCodes with the first factor of an account; told once
   */
  record Verified(SessionAnswer session, @Nullable List<String> recoveryCodes) {
    @Override
    public String toString() {
      return "Verified[…]";
    }
  }

  /**
   * Confirms a factor that waits for it, or uses one; a recovery code stands for the code of any.
   *
   * @throws ApiException 403 if the code is wrong or was used, 404 if the caller has no such
   *     factor, 429 after too many wrong ones
   */
  Verified verify(
      Caller caller, UUID factorId, UUID challenge, String code, @Nullable String userAgent) {
    challenges.require(challenge, caller.sessionId(), factorId);
    if (find(caller, factorId).confirmedAt() == null) {
      List<String> recoveryCodes = factors.confirm(caller, factorId, code);
      return new Verified(
          sessions.proven(caller, userAgent, FactorKind.TOTP.method()), recoveryCodes);
    }
    Presented presented =
        CODE.matcher(code).matches()
            ? new Presented.Code(factorId, code)
            : new Presented.RecoveryCode(code);
    mfa.raise(caller, presented);
    return new Verified(sessions.proven(caller, userAgent, presented.kind().method()), null);
  }

  /**
   * Removes a factor; one that was never verified needs nothing more.
   *
   * @throws ApiException 401 if the second factor was not used recently, 404 if the caller has no
   *     such factor
   */
  void remove(Caller caller, UUID factorId) {
    if (find(caller, factorId).confirmedAt() != null) {
      fresh.requireFactor(caller);
    }
    factors.remove(caller, factorId);
  }

  private FactorDao.Listed find(Caller caller, UUID factorId) {
    Optional<FactorDao.Listed> found =
        factors.list(caller.accountId()).stream()
            .filter(factor -> factor.id().equals(factorId))
            .findFirst();
    return found.orElseThrow(() -> new ApiException(ProblemType.FACTOR_NOT_FOUND));
  }
}
