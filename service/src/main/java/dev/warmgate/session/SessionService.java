package dev.warmgate.session;

import dev.warmgate.account.Account;
import dev.warmgate.account.AccountService;
import dev.warmgate.account.Device;
import dev.warmgate.account.DeviceTokens;
import dev.warmgate.account.EmailAddress;
import dev.warmgate.audit.Audit;
import dev.warmgate.audit.AuditEvent;
import dev.warmgate.password.Password;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.request.DecoyRules;
import dev.warmgate.secret.SecretKeys;
import dev.warmgate.token.TokenIssuer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Opens and keeps sessions. What it has answered is durable; what it could not store it does not
 * answer.
 */
public final class SessionService {
  private static final String ROLE_OF_NEW_ACCOUNTS = "user";

  /** As the database has it. */
  private static final int FIRST_PASSWORD_VERSION = 1;

  private static final int MAX_USER_AGENT = 200;

  private final LoginDao logins;
  private final Rotations rotations;
  private final AccountService accounts;
  private final TokenIssuer issuer;
  private final RefreshTokens refreshTokens;
  private final DeviceTokens devices;
  private final SessionCap cap;
  private final RefreshConfiguration configuration;
  private final Audit audit;

  public SessionService(
      LoginDao logins,
      Rotations rotations,
      AccountService accounts,
      TokenIssuer issuer,
      SecretKeys refreshKeys,
      DeviceTokens devices,
      SessionCap cap,
      RefreshConfiguration configuration,
      Audit audit) {
    this.logins = logins;
    this.rotations = rotations;
    this.accounts = accounts;
    this.issuer = issuer;
    this.refreshTokens = new RefreshTokens(refreshKeys);
    this.devices = devices;
    this.cap = cap;
    this.configuration = configuration;
    this.audit = audit;
  }

  /**
   * Makes an account and opens its first session.
   *
   * @param resource whom the access token is for; this API, if it is left out
   * @throws ApiException 400 if no tokens are issued for that, 409 if the address is taken or
   *     reserved, 422 if the password may not be used
   */
  public TokenPair register(
      EmailAddress email,
      Password password,
      @Nullable String resource,
      @Nullable String userAgent) {
    String audience = issuer.audience(resource);
    if (email.isDecoy() && !DecoyRules.mayUseDecoys()) {
      throw new ApiException(ProblemType.EMAIL_TAKEN);
    }
    String hash = accounts.hashNew("password", password, email.text());
    UUID accountId = UUID.randomUUID();
    RefreshToken token = firstToken();
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
                    opening(token, userAgent),
                    origin));
    if (!made) {
      audit.refusedAt(AuditEvent.REGISTER_REFUSED, email.key());
      throw new ApiException(ProblemType.EMAIL_TAKEN);
    }
    String device = devices.issue(email.key(), accountId, FIRST_PASSWORD_VERSION, null);
    TokenIssuer.Subject subject =
        issuer.authenticated(accountId, token.sessionId(), email.text(), ROLE_OF_NEW_ACCOUNTS);
    return pair(token, subject, audience, device);
  }

  /**
   * Opens a session for whoever knows the password.
   *
   * @param deviceToken from an earlier login; anything else is as good as none
   * @param resource whom the access token is for; this API, if it is left out
   * @throws ApiException 400 if no tokens are issued for that, 401 if the address or the password
   *     is wrong, 429 after too many failures
   */
  public TokenPair login(
      EmailAddress email,
      Password password,
      @Nullable String deviceToken,
      @Nullable String resource,
      @Nullable String userAgent) {
    String audience = issuer.audience(resource);
    Device known = devices.read(deviceToken, email.key()).orElse(null);
    Account account = accounts.prove(email, password, known);
    RefreshToken token = firstToken();
    boolean opened =
        audit.recordAs(
            account.id(),
            origin ->
                logins.open(
                    account.id(), account.passwordVersion(), opening(token, userAgent), origin));
    if (!opened) {
      audit.refused(AuditEvent.LOGIN_FAILED, account.id(), "reason", "disabled_or_changed");
      throw new ApiException(ProblemType.INVALID_CREDENTIALS);
    }
    cap.opened(account.id());
    return pair(token, account, account.passwordVersion(), audience, known);
  }

  /** Whom a token is for that nobody has asked to be for another resource. */
  String thisApi() {
    return issuer.audience(null);
  }

  /** The first refresh token of a session that is still to be opened. */
  RefreshToken firstToken() {
    return refreshTokens.first(UUID.randomUUID());
  }

  LoginDao.Opening opening(RefreshToken token, @Nullable String userAgent) {
    String named =
        userAgent == null || userAgent.length() <= MAX_USER_AGENT
            ? userAgent
            : userAgent.substring(0, MAX_USER_AGENT);
    return new LoginDao.Opening(
        token.sessionId(),
        RefreshTokens.hash(token),
        named,
        configuration.idle().toSeconds(),
        configuration.absolute().toSeconds());
  }

  /**
   * Trades a refresh token for the next pair; see {@link Rotations}.
   *
   * @param resource whom the access token is for, chosen anew each time; this API, if it is left
   *     out
   * @throws ApiException 400 if no tokens are issued for that, and the refresh token stays good;
   *     401 if that is not good any more, 429 if too many came from this address that never were,
   *     503 if this session is refreshed too often
   */
  public TokenPair refresh(String text, @Nullable String resource, @Nullable String userAgent) {
    String audience = issuer.audience(resource);
    Rotations.Traded traded = rotations.trade(text, userAgent);
    return pair(traded.token(), traded.subject(), audience, null);
  }

  /**
   * What somebody gets who has just proven to know the password.
   *
   * @param passwordVersion which the password has now
   * @param known the device they are at, if they said which one
   */
  TokenPair pair(
      RefreshToken token,
      Account account,
      int passwordVersion,
      String audience,
      @Nullable Device known) {
    String device = devices.issue(account.emailKey(), account.id(), passwordVersion, known);
    TokenIssuer.Subject subject =
        issuer.authenticated(account.id(), token.sessionId(), account.email(), account.role());
    return pair(token, subject, audience, device);
  }

  private TokenPair pair(
      RefreshToken token, TokenIssuer.Subject subject, String audience, @Nullable String device) {
    return new TokenPair(
        issuer.issue(subject, audience),
        "Bearer",
        issuer.lifetimeSeconds(),
        refreshTokens.write(token),
        token.sessionId(),
        device);
  }
}
