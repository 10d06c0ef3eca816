package dev.warmgate.session;

import dev.warmgate.account.Account;
import dev.warmgate.account.AccountService;
import dev.warmgate.account.Device;
import dev.warmgate.account.EmailAddress;
import dev.warmgate.audit.Audit;
import dev.warmgate.audit.AuditEvent;
import dev.warmgate.audit.AuditRecord;
import dev.warmgate.mail.Notices;
import dev.warmgate.password.Password;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.request.DecoyRules;
import java.util.List;
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

  private final LoginDao logins;
  private final Rotations rotations;
  private final AccountService accounts;
  private final TokenPairs pairs;
  private final SessionCap cap;
  private final Notices notices;
  private final Audit audit;

  SessionService(
      LoginDao logins,
      Rotations rotations,
      AccountService accounts,
      TokenPairs pairs,
      SessionCap cap,
      Notices notices,
      Audit audit) {
    this.logins = logins;
    this.rotations = rotations;
    this.accounts = accounts;
    this.pairs = pairs;
    this.cap = cap;
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
    return pairs.opened(
        session,
        accountId,
        email.text(),
        email.key(),
        confirmed,
        ROLE_OF_NEW_ACCOUNTS,
        FIRST_PASSWORD_VERSION);
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
   *     password is wrong or a second factor is needed, 429 after too many failures
   */
  public TokenPair login(
      EmailAddress email,
      Password password,
      @Nullable String deviceToken,
      @Nullable String resource,
      @Nullable String userAgent) {
    NewSession session = begin(resource, userAgent);
    Device known = pairs.devices().read(deviceToken, email.key()).orElse(null);
    Account account = accounts.prove(email, password, known);
    // A device with an id has tries of its own at the second factor, which the password alone must
    // not earn.
    boolean keepsId =
        known != null && (!account.secondFactor() || (known.factor() && known.isOf(account)));
    NewSession from = session.from(keepsId ? known.id() : null);
    requireOpened(account, from);
    cap.opened(account.id());
    return pairs.opened(from, account, account.passwordVersion());
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
    requireOpened(account, session);
    return account;
  }

  private void requireOpened(Account account, NewSession session) {
    List<AuditRecord> happened = open(account, session);
    if (happened.isEmpty()) {
      audit.refused(AuditEvent.LOGIN_FAILED, account.id(), "reason", "disabled_or_changed");
      throw new ApiException(ProblemType.INVALID_CREDENTIALS);
    }
    SecondSteps.requireOpened(session, happened);
  }

  /** Opens a session, or makes a challenge; returns nothing if the account has changed. */
  List<AuditRecord> open(Account account, NewSession session) {
    return audit.recordAllAs(
        account.id(),
        origin ->
            logins.open(
                account.id(),
                account.passwordVersion(),
                DeviceName.of(session.opening().userAgent()).parameters(),
                session.opening(),
                notices.ofNewDevice(),
                origin));
  }

  /**
   * Begins a session that the statement of another feature opens.
   *
   * @param resource the API that the access token is for; this one by default
   * @throws ApiException 400 if no tokens are issued for that resource
   */
  public NewSession begin(@Nullable String resource, @Nullable String userAgent) {
    return pairs.begin(resource, userAgent);
  }

  /**
   * Returns the tokens of a session that the statement of another feature has opened.
   *
   * @param happened what the statement recorded
   * @throws ApiException 401 if a second factor is needed instead, 409 if the account is gone
   *     already
   */
  public TokenPair opened(NewSession session, List<AuditRecord> happened) {
    UUID accountId = SecondSteps.requireOpened(session, happened);
    Account account =
        accounts.find(accountId).orElseThrow(() -> new ApiException(ProblemType.CONFLICT));
    cap.opened(accountId);
    return pairs.opened(session, account, account.passwordVersion());
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
    String audience = pairs.audience(resource);
    return pairs.refreshed(rotations.exchange(text, userAgent), audience);
  }
}
