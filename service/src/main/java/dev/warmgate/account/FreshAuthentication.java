package dev.warmgate.account;

import dev.warmgate.password.Password;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.ratelimit.RateLimits;
import dev.warmgate.request.Caller;
import dev.warmgate.request.Freshness;
import dev.warmgate.request.Limit;
import dev.warmgate.request.RequestContext;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.time.Duration;
import org.glassfish.jersey.server.ContainerRequest;
import org.jspecify.annotations.Nullable;

/**
 * Tells the owner of an account from whoever has only got hold of an access token: by a login of
 * the last five minutes or, where that is longer ago, by what the body proves. For endpoints that
 * are to change nothing otherwise; it throws before they do.
 */
public final class FreshAuthentication {
  private static final String JSON = MediaType.APPLICATION_JSON;
  private static final Freshness FRESH = new Freshness(Duration.ofMinutes(5));

  private final AccountService accounts;
  private final RateLimits limits;
  private final Clock clock;

  public FreshAuthentication(AccountService accounts, RateLimits limits, Clock clock) {
    this.accounts = accounts;
    this.limits = limits;
    this.clock = clock;
  }

  /**
   * What a body may hold to prove who sends it; all of it may be left out.
   *
   * @param password of the account
   */
  public record Proof(@Nullable Password password) {}

  /**
   * Goes on if the caller has authenticated lately, or proves in the body of the request, which is
   * read only for that, to own the account.
   *
   * @throws ApiException 401 if neither, or if the token is for another resource; 403 if the
   *     password is wrong, 429 after too many failures
   */
  public void require(Caller caller, ContainerRequest request) {
    caller.requireForThisApi();
    if (FRESH.isMetBy(caller, clock.instant())) {
      return;
    }
    Proof proof = proof(request);
    if (proof == null || proof.password() == null) {
      throw FRESH.refusal();
    }
    limits.count(RequestContext.current(), Limit.PASSWORD);
    accounts.proveAgain(caller, proof.password());
  }

  private static @Nullable Proof proof(ContainerRequest request) {
    if (!request.hasEntity()) {
      return null;
    }
    MediaType type = request.getMediaType();
    // Not isCompatible: a client may name its body "any type", which nobody can read.
    if (type == null || !(type.getType() + "/" + type.getSubtype()).equalsIgnoreCase(JSON)) {
      throw new ApiException(ProblemType.UNSUPPORTED_MEDIA_TYPE);
    }
    return request.readEntity(Proof.class);
  }
}
