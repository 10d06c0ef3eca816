package dev.warmgate.factor;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.warmgate.account.Account;
import dev.warmgate.account.AccountService;
import dev.warmgate.audit.Audit;
import dev.warmgate.audit.AuditEvent;
import dev.warmgate.audit.AuditRecord;
import dev.warmgate.mail.Notices;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.request.Caller;
import dev.warmgate.revocation.RevocationFeed;
import dev.warmgate.session.AccessToken;
import dev.warmgate.session.SecondStepService;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Enrols, confirms, lists and removes the factors of the caller. It does not check whether the
 * caller has proven recently who they are; {@link dev.warmgate.account.FreshAuthentication} does.
 */
public final class FactorService {
  /**
   * What its owner may call a factor: one line with something to see, which does not turn the text
   * around it.
   */
  public static final String NAMES =
      "(?=.*[^\\p{Z}\\p{C}])[^\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}\\u202a-\\u202e\\u2066-\\u2069]{1,64}";

  public static final int LONGEST_NAME = 64;

  /** What a refused name is answered with. */
  public static final String NAMES_ARE =
      "must be 1 to 64 characters on one line, not all invisible";

  private final FactorDao factors;
  private final RecoveryCodes recoveryCodes;
  private final FactorSecrets secrets;
  private final FactorAttempts attempts;
  private final AccountService accounts;
  private final SecondStepService steps;
  private final boolean needsProvenAddress;
  private final String site;
  private final Notices notices;
  private final RevocationFeed revocations;
  private final Audit audit;
  private final Clock clock;

  /**
   * @param needsProvenAddress whether mail is on: then only the owner of the address can enrol
   * @param site what apps show beside the address
   */
  FactorService(
      FactorDao factors,
      RecoveryCodes recoveryCodes,
      FactorSecrets secrets,
      FactorAttempts attempts,
      AccountService accounts,
      SecondStepService steps,
      boolean needsProvenAddress,
      String site,
      Notices notices,
      RevocationFeed revocations,
      Audit audit,
      Clock clock) {
    this.factors = factors;
    this.recoveryCodes = recoveryCodes;
    this.secrets = secrets;
    this.attempts = attempts;
    this.accounts = accounts;
    this.steps = steps;
    this.needsProvenAddress = needsProvenAddress;
    this.site = site;
    this.notices = notices;
    this.revocations = revocations;
    this.audit = audit;
    this.clock = clock;
  }

  /** Returns the factors of an account, the oldest first. */
  public List<FactorDao.Listed> list(UUID accountId) {
    return factors.list(accountId, FactorDao.UNCONFIRMED_SECONDS);
  }

  /** Returns those that count, the oldest first. */
  public List<FactorDao.Listed> confirmed(UUID accountId) {
    return list(accountId).stream().filter(factor -> factor.confirmedAt() != null).toList();
  }

  /** Returns how many recovery codes are left. */
  public int recoveryCodesLeft(UUID accountId) {
    return recoveryCodes.left(accountId);
  }

  /** A TOTP that waits for its confirmation; the only time that its secret is told. */
  public record Enrolled(UUID id, Totp totp, String uri) {
    @Override
    public String toString() {
      return "Enrolled[" + id + "]";
    }
  }

  /**
   * Enrols a TOTP, which counts for nothing until it is confirmed.
   *
   * @throws ApiException 403 if the address is to be proven first, 409 if there are too many
   */
  public Enrolled enrolTotp(Caller caller, String name) {
    Account account = requireProvenAddress(caller);
    UUID id = UUID.randomUUID();
    Totp totp = Totp.generate();
    if (factors
        .enrol(
            account.id(),
            name,
            secrets.seal(id, totp.secret()),
            FactorDao.UNCONFIRMED_SECONDS,
            FactorDao.MOST)
        .isEmpty()) {
      throw new ApiException(ProblemType.TOO_MANY_FACTORS);
    }
    return new Enrolled(id, totp, totp.uri(site, account.email()));
  }

  /**
   * Returns a TOTP that waits for its confirmation to whoever has been told its secret before, so
   * that it can be shown once more; empty if the secret is not its own, or it waits no longer.
   *
   * @param secret in base32
   */
  public Optional<Enrolled> enrolledBefore(Caller caller, UUID id, String secret) {
    return factors
        .unconfirmedTotp(id, caller.accountId(), FactorDao.UNCONFIRMED_SECONDS)
        .map(waiting -> Totps.open(waiting, secrets))
        .filter(
            totp -> MessageDigest.isEqual(totp.base32().getBytes(UTF_8), secret.getBytes(UTF_8)))
        .flatMap(totp ->
            accounts
                .find(caller.accountId())
                .map(account -> new Enrolled(id, totp, totp.uri(site, account.email()))));
  }

  /**
   * Returns the caller's account, which may enrol a factor.
   *
   * @throws ApiException 401 if it is gone, 403 if its address is to be proven first
   */
  public Account requireProvenAddress(Caller caller) {
    Account account =
        accounts
            .find(caller.accountId())
            .orElseThrow(() -> new ApiException(ProblemType.SESSION_ENDED));
    if (needsProvenAddress && !account.emailVerified()) {
      throw new ApiException(ProblemType.EMAIL_NOT_CONFIRMED);
    }
    return account;
  }

  /**
   * A factor that was confirmed.
   *
   * @param token of the caller's session, which the factor has raised
   * @param recoveryCodes with the first factor of an account
   */
  public record Confirmed(AccessToken token, @Nullable List<String> recoveryCodes) {
    @Override
    public String toString() {
      return "Confirmed[…]";
    }
  }

  /**
   * Confirms a TOTP with one of its codes. With the first factor of an account every other session
   * ends.
   *
   * @throws ApiException 403 if the code is wrong, 404 if no such factor waits, 409 if there are
   *     too many, 429 after too many wrong codes
   */
  public Confirmed confirmTotp(Caller caller, UUID id, String code) {
    List<String> codes = confirm(caller, id, code);
    return new Confirmed(steps.proven(caller, FactorKind.TOTP.method()), codes);
  }

  /**
   * As {@link #confirmTotp}, for a session of the other form, which has other tokens.
   *
   * @return recovery codes, with the first factor of an account
   */
  public @Nullable List<String> confirm(Caller caller, UUID id, String code) {
    FactorDao.StoredTotp waiting =
        factors
            .unconfirmedTotp(id, caller.accountId(), FactorDao.UNCONFIRMED_SECONDS)
            .orElseThrow(() -> new ApiException(ProblemType.FACTOR_NOT_FOUND));
    long[] step = new long[1];
    attempts.prove(
        FactorKind.TOTP,
        caller.accountId(),
        List.of("confirm " + id),
        () -> {
          OptionalLong found =
              Totps.open(waiting, secrets).stepOf(Totps.digits(code), clock.instant());
          found.ifPresent(right -> step[0] = right);
          return found.isPresent() ? FactorAttempts.Result.ACCEPTED : FactorAttempts.Result.REFUSED;
        });
    return confirmed(caller, id, FactorKind.TOTP, step[0]);
  }

  /**
   * Confirms a passkey that its owner has just proven to have. With the first factor of an account
   * every other session ends.
   *
   * @throws ApiException 409 if there are too many
   */
  public Confirmed confirmPasskey(Caller caller, UUID id) {
    List<String> codes = confirmed(caller, id, FactorKind.PASSKEY, 0);
    return new Confirmed(steps.proven(caller, FactorKind.PASSKEY.method()), codes);
  }

  private @Nullable List<String> confirmed(Caller caller, UUID id, FactorKind kind, long step) {
    FactorDao.Confirmation confirmation =
        new FactorDao.Confirmation(
            id, caller.accountId(), caller.sessionId(), caller.aal(), kind.method(), step);
    NewRecoveryCodes codes = NewRecoveryCodes.of(caller.accountId(), secrets);
    List<AuditRecord> happened =
        audit.recordAll(origin ->
            factors.confirm(
                confirmation,
                FactorDao.UNCONFIRMED_SECONDS,
                FactorDao.MOST,
                codes,
                notices.ofFactors(),
                origin));
    if (happened.isEmpty()) {
      throw new ApiException(ProblemType.CONFLICT);
    }
    if (happened.stream().noneMatch(record -> record.is(AuditEvent.RECOVERY_CODES_MADE))) {
      return null;
    }
    revocations.announce();
    return codes.shown();
  }

  /**
   * Removes a factor of the caller; the recovery codes go with the last one.
   *
   * @throws ApiException 404 if the caller has no such factor
   */
  public void remove(Caller caller, UUID id) {
    if (!audit.record(
        origin -> factors.remove(id, caller.accountId(), notices.ofFactors(), origin))) {
      throw new ApiException(ProblemType.FACTOR_NOT_FOUND);
    }
  }

  /**
   * Replaces the recovery codes, and tells the owner by mail.
   *
   * @throws ApiException 409 if the account has no factor
   */
  public List<String> makeRecoveryCodes(Caller caller) {
    return recoveryCodes.replace(caller.accountId());
  }
}
