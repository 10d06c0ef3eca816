package dev.warmgate.gotrue;

import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.proof.Proof;
import dev.warmgate.proof.ProofKind;
import dev.warmgate.proof.Proofs;
import dev.warmgate.request.Limit;
import dev.warmgate.request.Public;
import dev.warmgate.request.RateLimited;
import dev.warmgate.request.SupabaseApi;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Takes the links and codes of mails. */
@Path("/auth/v1/verify")
@Produces(MediaType.APPLICATION_JSON)
@SupabaseApi
@Public
@Hidden
public final class VerifyResource {
  private static final ProofKind[] ALL = {
    ProofKind.CONFIRM,
    ProofKind.INVITE,
    ProofKind.RESET,
    ProofKind.SIGN_IN,
    ProofKind.CHANGE_ADDRESS_NEW,
    ProofKind.CHANGE_ADDRESS_CURRENT
  };

  private static final Map<String, List<ProofKind>> TYPES =
      Map.of(
          "signup", List.of(ProofKind.CONFIRM, ProofKind.CONFIRM),
          "email", List.of(ProofKind.SIGN_IN, ProofKind.CONFIRM),
          "magiclink", List.of(ProofKind.SIGN_IN, ProofKind.CONFIRM),
          "recovery", List.of(ProofKind.RESET, ProofKind.RESET),
          "invite", List.of(ProofKind.INVITE, ProofKind.INVITE),
          "email_change", List.of(ProofKind.CHANGE_ADDRESS_NEW, ProofKind.CHANGE_ADDRESS_CURRENT));

  /** The answer to the first half of a change of address. */
  record Half(String msg, int code) {}

  private final Proofs proofs;
  private final Verification verification;
  private final Users users;
  private final Redirects redirects;
  private final String pages;

  /**
   * @param pages where the pages of links are
   */
  VerifyResource(
      Proofs proofs, Verification verification, Users users, Redirects redirects, String pages) {
    this.proofs = proofs;
    this.verification = verification;
    this.users = users;
    this.redirects = redirects;
    this.pages = pages;
  }

  @POST
  @RateLimited(Limit.PROOF)
  public Object verify(
      @HeaderParam(HttpHeaders.USER_AGENT) @Nullable String userAgent, @Nullable JsonBody read) {
    JsonBody body = JsonBody.of(read);
    List<ProofKind> kinds = TYPES.get(body.required("type"));
    if (kinds == null) {
      throw body.has("phone")
          ? Disabled.PHONE.refusal()
          : GoTrueException.invalid("Unsupported verification type");
    }
    Optional<String> hash = body.text("token_hash");
    Proof proof =
        hash.isPresent()
            ? proofs.supabase().checkLink(hash.get(), kinds.toArray(ProofKind[]::new))
            : proofs
                .supabase()
                .checkNewest(
                    body.requiredEmail().key(),
                    body.required("token"),
                    kinds.getFirst(),
                    kinds.getLast());
    Verification.Means means = hash.isPresent() ? Verification.Means.LINK : Verification.Means.CODE;
    if (Verification.opensSession(proof)) {
      return verification.open(proof, means, null, userAgent);
    }
    return verification.change(proof)
        ? users.find(proof.accountId())
        : new Half(
            "Confirmation link accepted. Please proceed to confirm link sent to the other email",
            200);
  }

  /**
   * Opens the link of a mail, which changes nothing, since mail scanners do it too: leads to the
   * page with the button, or, if only the client that asked can use the link, to that client.
   */
  @GET
  @Produces({MediaType.APPLICATION_JSON, MediaType.TEXT_HTML})
  @RateLimited(Limit.PROOF)
  public Response open(
      @Context ContainerRequestContext request,
      @QueryParam("token") @Nullable String token,
      @QueryParam("token_hash") @Nullable String hash) {
    String secret = token == null ? hash : token;
    Proof proof;
    try {
      proof = proofs.supabase().checkLink(secret == null ? "" : secret, ALL);
    } catch (ApiException refused) {
      if (refused.type() != ProblemType.INVALID_PROOF) {
        throw refused;
      }
      return redirect(
          redirects.withFragment(
              redirects.wanted(request),
              Map.of(
                  "error", "access_denied",
                  "error_code", "otp_expired",
                  "error_description", "Email link is invalid or has expired")));
    }
    return redirect(
        proof.codeChallenge() != null && Verification.opensSession(proof)
            ? redirects.withQuery(
                proof.redirectTo(),
                Map.of("code", proofs.supabase().secrets().authCode(proof.id())))
            : "%s/account/link/%s?token=%s"
                .formatted(pages, proof.kind(), URLEncoder.encode(secret, StandardCharsets.UTF_8)));
  }

  private static Response redirect(String url) {
    return Response.status(Response.Status.SEE_OTHER).header("location", url).build();
  }
}
