package dev.warmgate.gotrue;

import dev.warmgate.account.Account;
import dev.warmgate.account.EmailAddress;
import dev.warmgate.mail.MailSecrets;
import dev.warmgate.password.Password;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.proof.Proof;
import dev.warmgate.proof.Proofs;
import dev.warmgate.request.FastLane;
import dev.warmgate.request.Limit;
import dev.warmgate.request.Public;
import dev.warmgate.request.RateLimited;
import dev.warmgate.request.SupabaseApi;
import dev.warmgate.session.NewSession;
import dev.warmgate.session.SessionService;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import org.jspecify.annotations.Nullable;

/**
 * Login, refresh, and the exchange of a code for the session of a mail's link (PKCE). Each grant
 * has its own limit.
 */
@Path("/auth/v1/token")
@Produces(MediaType.APPLICATION_JSON)
@SupabaseApi
@Public
@FastLane
@Hidden
public final class TokenResource {
  private final SessionService logins;
  private final SessionAnswers sessions;
  private final Proofs proofs;
  private final Verification verification;
  private final BodyLimits limits;

  TokenResource(
      SessionService logins,
      SessionAnswers sessions,
      Proofs proofs,
      Verification verification,
      BodyLimits limits) {
    this.logins = logins;
    this.sessions = sessions;
    this.proofs = proofs;
    this.verification = verification;
    this.limits = limits;
  }

  @POST
  @RateLimited(Limit.REFRESH)
  public Object token(
      @QueryParam("grant_type") @Nullable String grant,
      @HeaderParam(HttpHeaders.USER_AGENT) @Nullable String userAgent,
      @Nullable JsonBody read) {
    JsonBody body = JsonBody.of(read);
    return switch (grant == null ? "" : grant) {
      case "password" -> login(body, userAgent);
      case "refresh_token" -> sessions.refreshed(body.required("refresh_token"), userAgent);
      case "pkce" -> exchange(body, userAgent);
      case "id_token" -> throw unsupported(Disabled.PROVIDER.refusal());
      case "web3" -> throw unsupported(Disabled.WEB3.refusal());
      default -> throw unsupported(GoTrueException.invalid("unsupported_grant_type"));
    };
  }

  private GoTrueException unsupported(GoTrueException refusal) {
    limits.count(Limit.OTHER);
    return refusal;
  }

  private SessionAnswer login(JsonBody body, @Nullable String userAgent) {
    limits.count(Limit.LOGIN);
    EmailAddress email = body.requiredEmail();
    Password password =
        body.password("password")
            .orElseThrow(() -> GoTrueException.invalid("missing email or password"));
    NewSession session = sessions.begin(Methods.PASSWORD, userAgent);
    Account account = logins.login(email, password, null, session);
    return sessions.opened(session, account.id());
  }

  private SessionAnswer exchange(JsonBody body, @Nullable String userAgent) {
    limits.count(Limit.PROOF);
    MailSecrets secrets = proofs.supabase().secrets();
    Proof proof =
        secrets
            .requestOf(body.required("auth_code"))
            .flatMap(proofs.supabase()::find)
            .filter(found -> found.codeChallenge() != null && Verification.opensSession(found))
            .orElseThrow(() -> new ApiException(ProblemType.INVALID_PROOF));
    if (!CodeChallenge.isMet(proof.codeChallenge(), body.required("code_verifier"))) {
      throw new GoTrueException(
          400, "bad_code_verifier", "code challenge does not match previously saved code verifier");
    }
    return verification.open(proof, Verification.Means.LINK_OF_SAME_CLIENT, null, userAgent);
  }
}
