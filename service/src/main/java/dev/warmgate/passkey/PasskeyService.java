package dev.warmgate.passkey;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmgate.account.Account;
import dev.warmgate.factor.FactorAttempts;
import dev.warmgate.factor.FactorDao;
import dev.warmgate.factor.FactorKind;
import dev.warmgate.factor.FactorService;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.request.Caller;
import dev.warmgate.session.ChallengeDao;
import dev.warmgate.session.SecondStepService;
import dev.warmgate.session.TokenPair;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Registers passkeys, and opens sessions with them. It does not check whether the owner of a new
 * one has proven recently who they are; {@link dev.warmgate.account.FreshAuthentication} does.
 * Without a domain that passkeys could belong to, everything is a 403.
 */
public final class PasskeyService {
  private final Optional<Ceremonies> ceremonies;
  private final boolean onPages;
  private final PasskeyVerification verification;
  private final PasskeyDao dao;
  private final FactorService factors;
  private final FactorAttempts attempts;
  private final SecondStepService steps;

  /**
   * @param ceremonies empty where there can be no passkeys
   * @param onPages whether the account pages are at their domain
   */
  PasskeyService(
      Optional<Ceremonies> ceremonies,
      boolean onPages,
      PasskeyVerification verification,
      PasskeyDao dao,
      FactorService factors,
      FactorAttempts attempts,
      SecondStepService steps) {
    this.ceremonies = ceremonies;
    this.onPages = onPages;
    this.verification = verification;
    this.dao = dao;
    this.factors = factors;
    this.attempts = attempts;
    this.steps = steps;
  }

  /** Whether the account pages can use them. */
  public boolean isOnPages() {
    return onPages;
  }

  /** Whether there are none because the issuer has only a number, and passkeys belong to a name. */
  public boolean lackAName() {
    return ceremonies.isEmpty();
  }

  /**
   * Returns the options with which a browser makes a passkey for the caller.
   *
   * @throws ApiException 403 if the address is to be proven first
   */
  public ObjectNode askToRegister(Caller caller) {
    Ceremonies checks = ceremonies();
    Account account = factors.requireProvenAddress(caller);
    return checks.askToCreate(
        caller.sessionId(), account.id(), account.email(), dao.list(account.id()));
  }

  /** A passkey that was registered. */
  public record Registered(UUID factorId, FactorService.Confirmed confirmed) {}

  /**
   * Registers a passkey that a browser has made. With the first factor of an account every other
   * session ends.
   *
   * @param name as its owner calls it
   * @param answer of the browser, in JSON
   * @throws ApiException 403 if it is no answer to what this session was asked, 409 if it is known
   *     already or there are too many factors
   */
  public Registered register(Caller caller, String name, String answer) {
    Ceremonies checks = ceremonies();
    NewPasskey made;
    try {
      made = checks.created(caller.sessionId(), caller.accountId(), answer);
    } catch (RefusedPasskey refused) {
      verification.refused(caller.accountId(), refused);
      throw new ApiException(ProblemType.INVALID_PASSKEY);
    }
    UUID id = UUID.randomUUID();
    PasskeyDao.Added added =
        dao.add(id, caller.accountId(), name, made, FactorDao.UNCONFIRMED_SECONDS, FactorDao.MOST);
    ProblemType problem =
        switch (added) {
          case KEPT -> null;
          case REPLAYED -> ProblemType.INVALID_PASSKEY;
          case KNOWN -> ProblemType.PASSKEY_KNOWN;
          case TOO_MANY -> ProblemType.TOO_MANY_FACTORS;
        };
    if (problem != null) {
      throw new ApiException(problem);
    }
    return new Registered(id, factors.confirmPasskey(caller, id));
  }

  /** Returns the options with which a browser uses any passkey of this site. */
  public ObjectNode askToSignIn() {
    return ceremonies().askToSignIn();
  }

  /**
   * Opens a session. An unknown passkey and a wrong answer look the same.
   *
   * @param answer of the browser, in JSON
   * @param resource the API that the access token is for; this one by default
   * @throws ApiException 400 if no tokens are issued for that resource, 401 if the account is
   *     disabled, 403 if the answer proves nothing, 429 after too many wrong ones
   */
  public TokenPair signIn(String answer, @Nullable String resource, @Nullable String userAgent) {
    Ceremonies checks = ceremonies();
    KnownPasskey passkey;
    try {
      Ceremonies.Answer given = checks.read(null, answer);
      passkey = dao.find(given.credentialId()).orElseThrow(() -> new RefusedPasskey("unknown"));
      attempts.prove(
          FactorKind.PASSKEY,
          passkey.accountId(),
          null,
          () -> verification.use(checks, null, given, passkey));
    } catch (RefusedPasskey refused) {
      verification.refused(null, refused);
      throw new ApiException(ProblemType.INVALID_PASSKEY);
    } catch (ApiException refused) {
      throw refused.type() == ProblemType.INVALID_FACTOR
          ? new ApiException(ProblemType.INVALID_PASSKEY)
          : refused;
    }
    return steps.signIn(passkey.accountId(), FactorKind.PASSKEY.method(), resource, userAgent);
  }

  /**
   * Returns the options with which a browser uses a passkey as the second step of a login.
   *
   * @throws ApiException 401 if no login waits for this token, 409 if the account has no passkey
   */
  public ObjectNode askForSecondStep(String mfaToken) {
    ChallengeDao.Challenge login = steps.find(mfaToken);
    return askToVerify(login.accountId(), login.id());
  }

  /**
   * Returns the options with which a browser uses a passkey within a session.
   *
   * @throws ApiException 409 if the account has no passkey
   */
  public ObjectNode askForStepUp(Caller caller) {
    return askToVerify(caller.accountId(), caller.sessionId());
  }

  private ObjectNode askToVerify(UUID accountId, UUID asker) {
    Ceremonies checks = ceremonies();
    List<PasskeyDao.Listed> known = dao.list(accountId);
    if (known.isEmpty()) {
      throw new ApiException(ProblemType.NO_FACTOR);
    }
    return checks.askToVerify(asker, known);
  }

  private Ceremonies ceremonies() {
    return ceremonies.orElseThrow(() -> new ApiException(ProblemType.PASSKEYS_OFF));
  }
}
