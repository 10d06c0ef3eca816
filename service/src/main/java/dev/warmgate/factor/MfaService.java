package dev.warmgate.factor;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmgate.problem.ApiException;
import dev.warmgate.request.Caller;
import dev.warmgate.session.AccessToken;
import dev.warmgate.session.ChallengeDao;
import dev.warmgate.session.SecondStepService;
import dev.warmgate.session.TokenPair;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The second step of logins, and step-up: checks a factor and then opens or raises a session. A try
 * is counted before it is made, against the login and as {@link FactorAttempts} says.
 */
public final class MfaService {
  private final SecondStepService steps;
  private final FactorAttempts attempts;
  private final Totps totps;
  private final RecoveryCodes recoveryCodes;
  private final @Nullable Credentials credentials;

  /** Checks the answer of a passkey to a challenge that was made for a login or a session. */
  public interface Credentials {
    /**
     * Uses the challenge up, and says whether one of the account's passkeys has answered it.
     *
     * @param asker the login or the session that it must have been made for
     */
    FactorAttempts.Result check(UUID accountId, UUID asker, ObjectNode credential);
  }

  /**
   * @param credentials {@code null} if there are no passkeys
   */
  MfaService(
      SecondStepService steps,
      FactorAttempts attempts,
      Totps totps,
      RecoveryCodes recoveryCodes,
      @Nullable Credentials credentials) {
    this.steps = steps;
    this.attempts = attempts;
    this.totps = totps;
    this.recoveryCodes = recoveryCodes;
    this.credentials = credentials;
  }

  /**
   * Opens the session of a login.
   *
   * @throws ApiException 401 if no login waits for this token or it was tried too often, 403 if the
   *     factor is wrong or was used, 429 after too many wrong ones
   */
  public TokenPair verify(String mfaToken, Presented presented, @Nullable String userAgent) {
    ChallengeDao.Challenge login = steps.begin(mfaToken);
    prove(login.accountId(), login.id(), login.deviceId(), presented);
    return steps.finish(login, presented.kind().method(), userAgent);
  }

  /**
   * Raises the caller's session.
   *
   * @throws ApiException 403 if the factor is wrong or was used, 429 after too many wrong ones
   */
  public AccessToken stepUp(Caller caller, Presented presented) {
    prove(caller, presented);
    return steps.raise(caller, presented.kind().method());
  }

  /**
   * As {@link #stepUp}, for a session of the other form, which has other tokens.
   *
   * @throws ApiException as {@link #stepUp}
   */
  public void raise(Caller caller, Presented presented) {
    prove(caller, presented);
    steps.raiseOnly(caller, presented.kind().method());
  }

  private void prove(Caller caller, Presented presented) {
    UUID session = caller.sessionId();
    prove(caller.accountId(), session, caller.aal() > 1 ? session : null, presented);
  }

  /**
   * @param asker the login or the session that a passkey was asked for
   * @param known the device or session, if it has used a factor before
   */
  private void prove(UUID accountId, UUID asker, @Nullable UUID known, Presented presented) {
    attempts.prove(presented.kind(), accountId, known, () -> check(accountId, asker, presented));
  }

  private FactorAttempts.Result check(UUID accountId, UUID asker, Presented presented) {
    return switch (presented) {
      case Presented.Code code -> totps.use(accountId, code.factorId(), code.text());
      case Presented.RecoveryCode code -> recoveryCodes.use(accountId, code.text());
      case Presented.Passkey passkey ->
          credentials == null
              ? FactorAttempts.Result.REFUSED
              : credentials.check(accountId, asker, passkey.credential());
    };
  }
}
