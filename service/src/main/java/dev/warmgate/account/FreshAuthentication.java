package dev.warmgate.account;

import dev.warmgate.password.Password;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.ratelimit.RateLimits;
import dev.warmgate.request.Assurance;
import dev.warmgate.request.Caller;
import dev.warmgate.request.Limit;
import dev.warmgate.request.RequestContext;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.time.Duration;
import org.glassfish.jersey.server.ContainerRequest;
import org.jspecify.annotations.Nullable;

/**
 * Requires a recent proof of identity, so that a stolen access token alone changes nothing: a login
 * within the last five minutes, or a proof in the body. If the account has a second factor, it must
 * have been used within that time instead. Throws before the endpoint changes anything.
 */
public final class FreshAuthentication {
  private static final String JSON = MediaType.APPLICATION_JSON;
  private static final Duration RECENTLY = Duration.ofMinutes(5);
  private static final Assurance FRESH = new Assurance(1, RECENTLY);
  private static final Assurance FRESH_FACTOR = new Assurance(2, RECENTLY);

  private final AccountService accounts;
  private final RateLimits limits;
  private final Clock clock;

  public FreshAuthentication(AccountService accounts, RateLimits limits, Clock clock) {
    this.accounts = accounts;
    this.limits = limits;
    this.clock = clock;
  }

  /**
   * The proof that a body may contain; every part is optional.
   *
   * @param password of the account
   */
  public record Proof(@Nullable Password password) {}

  /**
   * Returns if the caller has logged in recently or proves in the body that they own the account.
   * Reads the body only if it needs the proof.
   *
   * @throws ApiException 401 if neither is so or the token is for another resource, 403 if the
   *     password is wrong, 429 after too many failures
   */
  public void require(Caller caller, ContainerRequest request) {
    caller.requireForThisApi();
    requireFactor(caller);
    if (FRESH.isMetBy(caller, clock.instant())) {
      return;
    }
    Proof proof = proof(request);
    prove(caller, proof == null ? null : proof.password());
  }

  /**
   * As {@link #require(Caller, ContainerRequest)}, with a password that was read already. If there
   * is one, it is checked also after a recent login.
   */
  public void require(Caller caller, @Nullable Password password) {
    caller.requireForThisApi();
    requireFactor(caller);
    if (password != null || !FRESH.isMetBy(caller, clock.instant())) {
      prove(caller, password);
    }
  }

  /**
   * Requires that an account with a second factor has used it recently; returns if it has none.
   *
   * @throws ApiException 401 otherwise
   */
  public void requireFactor(Caller caller) {
    if (!FRESH_FACTOR.isMetBy(caller, clock.instant()) && accounts.hasFactor(caller.accountId())) {
      throw FRESH_FACTOR.refusal();
    }
  }

  /** Returns whether the caller has logged in recently. */
  public boolean isFresh(Caller caller) {
    return FRESH.isMetBy(caller, clock.instant());
  }

  private void prove(Caller caller, @Nullable Password password) {
    if (password == null) {
      throw FRESH.refusal();
    }
    limits.count(RequestContext.current(), Limit.PASSWORD);
    accounts.proveAgain(caller, password);
  }

  /**
   * Returns the caller's account, for a change that always needs the password. An account that has
   * none needs a recent login instead.
   *
   * @param field of the password in the body
   * @throws ApiException 401 without that login, 403 if the password is wrong, 422 if it is
   *     missing, 429 after too many failures
   */
  public Account prove(Caller caller, @Nullable Password password, String field) {
    requireFactor(caller);
    if (password != null) {
      return accounts.proveAgain(caller, password);
    }
    Account account =
        accounts
            .find(caller.accountId())
            .orElseThrow(() -> new ApiException(ProblemType.SESSION_ENDED));
    if (account.passwordHash() != null) {
      throw ApiException.field(ProblemType.VALIDATION_FAILED, field, "must not be null");
    }
    if (!FRESH.isMetBy(caller, clock.instant())) {
      throw FRESH.refusal();
    }
    return account;
  }

  private static @Nullable Proof proof(ContainerRequest request) {
    if (!request.hasEntity()) {
      return null;
    }
    MediaType type = request.getMediaType();
    // Not isCompatible: it accepts a wildcard as the content type, which no reader can handle.
    if (type == null || !(type.getType() + "/" + type.getSubtype()).equalsIgnoreCase(JSON)) {
      throw new ApiException(ProblemType.UNSUPPORTED_MEDIA_TYPE);
    }
    return request.readEntity(Proof.class);
  }
}
