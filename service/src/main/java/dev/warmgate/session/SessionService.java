package dev.warmgate.session;

import dev.warmgate.account.Account;
import dev.warmgate.account.AccountService;
import dev.warmgate.account.Device;
import dev.warmgate.account.DeviceTokens;
import dev.warmgate.account.EmailAddress;
import dev.warmgate.audit.Audit;
import dev.warmgate.audit.AuditEvent;
import dev.warmgate.mail.Notices;
import dev.warmgate.password.Password;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.request.DecoyRules;
import dev.warmgate.secret.SecretKeys;
import dev.warmgate.token.TokenIssuer;
import dev.warmgate.token.VerifiedTokens;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Creates accounts, opens sessions and refreshes them. It returns tokens only after the session is
 * stored.
 */
public final class SessionService {
  private static final String ROLE_OF_NEW_ACCOUNTS = "user";

  /** The database's default. */
  private static final int FIRST_PASSWORD_VERSION = 1;

  private static final int MAX_USER_AGENT = 200;

  private final LoginDao logins;
  private final Rotations rotations;
  private final AccountService accounts;
  private final TokenIssuer issuer;
  private final VerifiedTokens verified;
  private final RefreshTokens refreshTokens;
  private final DeviceTokens devices;
  private final SessionCap cap;
  private final RefreshConfiguration configuration;
  private final Notices notices;
  private final Audit audit;

  public SessionService(
      LoginDao logins,
      Rotations rotations,
      AccountService accounts,
      TokenIssuer issuer,
      VerifiedTokens verified,
      SecretKeys refreshKeys,
      DeviceTokens devices,
      SessionCap cap,
      RefreshConfiguration configuration,
      Notices notices,
      Audit audit) {
    this.logins = logins;
    this.rotations = rotations;
    this.accounts = accounts;
    this.issuer = issuer;
    this.verified = verified;
    this.refreshTokens = new RefreshTokens(refreshKeys);
    this.devices = devices;
    this.cap = cap;
    this.configuration = configuration;
    this.notices = notices;
    this.audit = audit;
  }

  /**
   * Creates an account and opens its first session.
   *
   * @param locale the language of its mails, if known
   * @param confirmed whether the address counts as proven
   * @param resource the API that the access token is for; this one by default
   * @throws ApiException 400 if no tokens are issued for that resource, 409 if the address is taken
   *     or reserved, 422 if the password is not acceptable
   */
  public TokenPair register(
      EmailAddress email,
      Password password,
      @Nullable String locale,
      boolean confirmed,
      @Nullable String resource,
      @Nullable String userAgent) {
    NewSession session = begin(resource, userAgent);
    UUID accountId = register(email, password, locale, confirmed, "{}", session);
    String device = devices.issue(email.key(), accountId, FIRST_PASSWORD_VERSION, null);
    TokenIssuer.Subject subject =
        issuer.authenticated(
            accountId, session.token().sessionId(), email.text(), confirmed, ROLE_OF_NEW_ACCOUNTS);
    return newPair(session.token(), subject, session.audience(), device);
  }

  /**
   * Creates an account and opens its first session.
   *
   * @param userMetadata what belongs to its user, a JSON object
   * @return the id of the account
   * @throws ApiException as the other method of this name
   */
  public UUID register(
      EmailAddress email,
      Password password,
      @Nullable String locale,
      boolean confirmed,
      String userMetadata,
      NewSession session) {
    if (email.isDecoy() && !DecoyRules.mayUseDecoys()) {
      throw new ApiException(ProblemType.EMAIL_TAKEN);
    }
    String hash = accounts.hashNew("password", password, email.text());
    UUID accountId = UUID.randomUUID();
    boolean made =
        audit.recordAs(
            accountId,
            origin ->
                logins.register(
                    accountId,
                    email.text(),
                    email.key(),
                    hash,
                    ROLE_OF_NEW_ACCOUNTS,
                    locale,
                    confirmed,
                    userMetadata,
                    session.opening(),
                    origin));
    if (!made) {
      audit.refusedAt(AuditEvent.REGISTER_REFUSED, email.key());
      throw new ApiException(ProblemType.EMAIL_TAKEN);
    }
    return accountId;
  }

  /**
   * Opens a session for a user with the right password.
   *
   * @param deviceToken from an earlier login; an invalid one is ignored
   * @param resource the API that the access token is for; this one by default
   * @throws ApiException 400 if no tokens are issued for that resource, 401 if the address or the
   *     password is wrong, 429 after too many failures
   */
  public TokenPair login(
      EmailAddress email,
      Password password,
      @Nullable String deviceToken,
      @Nullable String resource,
      @Nullable String userAgent) {
    NewSession session = begin(resource, userAgent);
    Device known = devices.read(deviceToken, email.key()).orElse(null);
    Account account = login(email, password, known, session);
    cap.opened(account.id());
    return pair(session.token(), account, account.passwordVersion(), session.audience(), known);
  }

  /**
   * Opens a session for a user with the right password.
   *
   * @param known the device that the client has proven to be, if any
   * @throws ApiException as the other method of this name
   */
  public Account login(
      EmailAddress email, Password password, @Nullable Device known, NewSession session) {
    Account account = accounts.prove(email, password, known);
    boolean opened =
        audit.recordAs(
            account.id(),
            origin ->
                logins.open(
                    account.id(),
                    account.passwordVersion(),
                    known != null,
                    DeviceName.of(session.opening().userAgent()).parameters(),
                    session.opening(),
                    notices.ofNewDevice(),
                    origin));
    if (!opened) {
      audit.refused(AuditEvent.LOGIN_FAILED, account.id(), "reason", "disabled_or_changed");
      throw new ApiException(ProblemType.INVALID_CREDENTIALS);
    }
    return account;
  }

  /**
   * Begins a session that the statement of another feature opens.
   *
   * @param resource the API that the access token is for; this one by default
   * @throws ApiException 400 if no tokens are issued for that resource
   */
  public NewSession begin(@Nullable String resource, @Nullable String userAgent) {
    String audience = issuer.audience(resource);
    RefreshToken token = firstToken();
    return new NewSession(token, opening(token, userAgent), audience);
  }

  /**
   * Returns the tokens of a session that was opened.
   *
   * @throws ApiException 409 if its account is gone already
   */
  public TokenPair opened(NewSession session, UUID accountId) {
    Account account =
        accounts.find(accountId).orElseThrow(() -> new ApiException(ProblemType.CONFLICT));
    cap.opened(accountId);
    return pair(session.token(), account, account.passwordVersion(), session.audience(), null);
  }

  /** Returns the audience of a token for this API. */
  String thisApi() {
    return issuer.audience(null);
  }

  /** Returns the first refresh token for a new session. */
  RefreshToken firstToken() {
    return refreshTokens.first(UUID.randomUUID());
  }

  LoginDao.Opening opening(RefreshToken token, @Nullable String userAgent) {
    return opening(token, userAgent, null);
  }

  LoginDao.Opening opening(
      RefreshToken token, @Nullable String userAgent, @Nullable String supabaseMethod) {
    String truncated =
        userAgent == null || userAgent.length() <= MAX_USER_AGENT
            ? userAgent
            : userAgent.substring(0, MAX_USER_AGENT);
    return new LoginDao.Opening(
        true,
        token.sessionId(),
        RefreshTokens.hash(token),
        truncated,
        supabaseMethod,
        configuration.idle().toSeconds(),
        configuration.absolute().toSeconds());
  }

  /**
   * Exchanges a refresh token for the next pair; see {@link Rotations}.
   *
   * @param resource the API that this access token is for; this one by default
   * @throws ApiException 400 if no tokens are issued for that resource, in which case the refresh
   *     token stays valid; 401 if the refresh token is invalid or its session has ended, 429 after
   *     too many forged tokens from this address, 503 if this session is refreshed too often
   */
  public TokenPair refresh(String text, @Nullable String resource, @Nullable String userAgent) {
    String audience = issuer.audience(resource);
    Rotations.Exchanged exchanged = rotations.exchange(text, userAgent, false);
    return pair(exchanged.token(), issuer.issue(exchanged.subject(), audience), null);
  }

  /**
   * Creates the tokens of a user who has just proven their password.
   *
   * @param passwordVersion the current version of the password
   * @param known the device they use, if known
   */
  TokenPair pair(
      RefreshToken token,
      Account account,
      int passwordVersion,
      String audience,
      @Nullable Device known) {
    String device = devices.issue(account.emailKey(), account.id(), passwordVersion, known);
    TokenIssuer.Subject subject =
        issuer.authenticated(
            account.id(),
            token.sessionId(),
            account.email(),
            account.emailVerified(),
            account.role());
    return newPair(token, subject, audience, device);
  }

  /** Creates the first tokens of a session, and makes the access token known before its use. */
  private TokenPair newPair(
      RefreshToken token, TokenIssuer.Subject subject, String audience, String device) {
    TokenIssuer.Issued issued = issuer.issue(subject, audience);
    verified.add(issued, configuration.absolute().toJavaDuration());
    return pair(token, issued, device);
  }

  private TokenPair pair(RefreshToken token, TokenIssuer.Issued issued, @Nullable String device) {
    return new TokenPair(
        issued.token(),
        "Bearer",
        issuer.lifetimeSeconds(),
        refreshTokens.write(token),
        token.sessionId(),
        device);
  }
}
