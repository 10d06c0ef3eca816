package dev.warmgate.session;

import dev.warmgate.account.Account;
import dev.warmgate.account.AccountService;
import dev.warmgate.audit.Audit;
import dev.warmgate.audit.AuditRecord;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.request.Caller;
import dev.warmgate.token.Amr;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Opens and raises sessions for users who have used a second factor, which its callers check. It
 * opens none for a first step that was used, has run out or was tried too often.
 */
public final class SecondStepService {
  /** How often a second step can be tried after one first step. */
  static final int MOST_TRIES = 5;

  private final ChallengeDao challenges;
  private final AssuranceDao assurances;
  private final SessionService sessions;
  private final AccountService accounts;
  private final NewPasswords passwords;
  private final TokenPairs pairs;
  private final SessionCap cap;
  private final Audit audit;
  private final Clock clock;

  SecondStepService(
      ChallengeDao challenges,
      AssuranceDao assurances,
      SessionService sessions,
      AccountService accounts,
      NewPasswords passwords,
      TokenPairs pairs,
      SessionCap cap,
      Audit audit,
      Clock clock) {
    this.challenges = challenges;
    this.assurances = assurances;
    this.sessions = sessions;
    this.accounts = accounts;
    this.passwords = passwords;
    this.pairs = pairs;
    this.cap = cap;
    this.audit = audit;
    this.clock = clock;
  }

  /**
   * Returns the login that waits for its second step, without counting a try.
   *
   * @throws ApiException 401 if there is none
   */
  public ChallengeDao.Challenge find(String mfaToken) {
    return challenges
        .find(TokenPairs.hash(mfaToken), MOST_TRIES)
        .orElseThrow(() -> new ApiException(ProblemType.INVALID_MFA_TOKEN));
  }

  /**
   * Begins a try, which is counted before anything is checked.
   *
   * @throws ApiException 401 if no login waits, or no try is left
   */
  public ChallengeDao.Challenge begin(String mfaToken) {
    return challenges
        .begin(TokenPairs.hash(mfaToken), MOST_TRIES)
        .orElseThrow(() -> new ApiException(ProblemType.INVALID_MFA_TOKEN));
  }

  /**
   * Opens the session of a login whose second step was right. A password that waited for it comes
   * into effect, and ends every other session.
   *
   * @param method how, as {@link Amr} names it
   * @throws ApiException 401 if the login was used by another request
   */
  public TokenPair finish(
      ChallengeDao.Challenge challenge, String method, @Nullable String userAgent) {
    if (!challenges.take(challenge.id())) {
      throw new ApiException(ProblemType.INVALID_MFA_TOKEN);
    }
    Amr methods = new Amr(challenge.methods()).and(method, clock.instant());
    // A password that was replaced since makes this step void, too.
    Account account =
        accounts
            .find(challenge.accountId())
            .filter(found -> found.passwordVersion() == challenge.passwordVersion())
            .orElseThrow(() -> new ApiException(ProblemType.INVALID_MFA_TOKEN));
    NewSession session =
        pairs
            .begin(challenge.audience(), userAgent, null)
            .with(2, methods.text(), null)
            .from(challenge.deviceId());
    String waiting = challenge.passwordHash();
    return waiting == null
        ? opened(account, account.passwordVersion(), session, sessions.open(account, session))
        : opened(
            account,
            account.passwordVersion() + 1,
            session,
            passwords.reset(account, waiting, session.opening()));
  }

  private TokenPair opened(
      Account account, int passwordVersion, NewSession session, List<AuditRecord> happened) {
    if (happened.isEmpty()) {
      throw new ApiException(ProblemType.INVALID_MFA_TOKEN);
    }
    cap.opened(account.id());
    return pairs.opened(session, account, passwordVersion);
  }

  /**
   * Opens a session for a user whose factor takes the place of the password, too.
   *
   * @param resource the API that the access token is for; this one by default
   * @throws ApiException 400 if no tokens are issued for that resource, 401 if the account is
   *     disabled or gone
   */
  public TokenPair signIn(
      UUID accountId, String method, @Nullable String resource, @Nullable String userAgent) {
    Account account =
        accounts
            .find(accountId)
            .orElseThrow(() -> new ApiException(ProblemType.INVALID_CREDENTIALS));
    NewSession session =
        pairs.begin(resource, userAgent).with(2, Amr.of(method, clock.instant()).text(), null);
    List<AuditRecord> happened = sessions.open(account, session);
    if (happened.isEmpty()) {
      throw new ApiException(ProblemType.INVALID_CREDENTIALS);
    }
    cap.opened(account.id());
    return pairs.opened(session, account, account.passwordVersion());
  }

  /**
   * Raises the caller's session, whose user has just used a second factor, and issues an access
   * token that says so.
   *
   * @throws ApiException 401 if the session has ended
   */
  public AccessToken raise(Caller caller, String method) {
    raiseOnly(caller, method);
    return proven(caller, method);
  }

  /**
   * As {@link #raise}, without a token.
   *
   * @throws ApiException 401 if the session has ended
   */
  public void raiseOnly(Caller caller, String method) {
    if (!audit.record(
        origin -> assurances.raise(caller.sessionId(), caller.accountId(), method, origin))) {
      throw new ApiException(ProblemType.SESSION_ENDED);
    }
    cap.opened(caller.accountId());
  }

  /**
   * Issues an access token of the caller's session, which was raised. This token alone says that
   * the user has just used a second factor; refreshed ones have the time of the sign-in.
   *
   * @throws ApiException 401 if the session has ended
   */
  public AccessToken proven(Caller caller, String method) {
    return assurances
        .find(caller.sessionId(), caller.accountId())
        .map(session -> pairs.accessToken(session.provenBy(method, clock.instant())))
        .orElseThrow(() -> new ApiException(ProblemType.SESSION_ENDED));
  }

  /**
   * Begins a session that takes the place of the caller's, at its level and no higher, and as fresh
   * as the caller's token: nobody can have a copy of its refresh token yet.
   */
  NewSession continuing(Caller caller, @Nullable String userAgent) {
    NewSession next = pairs.begin((String) null, userAgent);
    return assurances
        .find(caller.sessionId(), caller.accountId())
        .filter(present -> present.aal() > 1 && present.methods() != null)
        .map(present -> next.with(present.aal(), present.methods(), caller.authenticatedAt()))
        .orElse(next);
  }
}
