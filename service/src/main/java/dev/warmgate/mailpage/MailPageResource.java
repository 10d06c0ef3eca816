package dev.warmgate.mailpage;

import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.proof.ProofKind;
import dev.warmgate.request.Limit;
import dev.warmgate.request.Public;
import dev.warmgate.request.RateLimited;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.CookieParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.NewCookie;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Serves the pages of links. The first request moves the link's secret from the URL into a cookie
 * of these pages, so that neither history nor referrers keep it; only a POST uses the link, since
 * mail scanners open links, too.
 */
@Path("/mail")
@Produces(MailPageResource.HTML)
@Public
@Hidden
public final class MailPageResource {
  static final String HTML = "text/html;charset=utf-8";
  private static final String COOKIE = "warmgate_mail";
  private static final int COOKIE_SECONDS = (int) Duration.ofMinutes(30).toSeconds();

  /** Longer than any link's secret. */
  private static final int MAX_LENGTH = 100;

  private final MailPages pages;
  private final URI issuer;

  /**
   * @param issuer where clients reach the service; the request's Host is never believed
   */
  public MailPageResource(MailPages pages, String issuer) {
    this.pages = pages;
    this.issuer = URI.create(issuer);
  }

  @GET
  @Path("page.css")
  @Produces("text/css;charset=utf-8")
  public Response style() {
    return Response.ok(MailPage.STYLE).header("cache-control", "public, max-age=3600").build();
  }

  @GET
  @Path("{kind}")
  public Response show(
      @PathParam("kind") String name,
      @QueryParam("token") @Nullable String token,
      @CookieParam(COOKIE) @Nullable String kept,
      @HeaderParam(HttpHeaders.ACCEPT_LANGUAGE) @Nullable String languages) {
    ProofKind kind = kind(name);
    if (token != null) {
      return Response.status(Response.Status.SEE_OTHER)
          .header("location", issuer + "/mail/" + kind)
          .header("referrer-policy", "no-referrer")
          .cookie(
              cookie(
                  kind, token.matches("[A-Za-z0-9_-]{1," + MAX_LENGTH + "}") ? token : "", false))
          .build();
    }
    return answer(kind, pages.show(kind, secret(kept), languages));
  }

  @POST
  @Path("{kind}")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  @RateLimited(Limit.PROOF)
  public Response use(
      @PathParam("kind") String name,
      @CookieParam(COOKIE) @Nullable String kept,
      @HeaderParam(HttpHeaders.ACCEPT_LANGUAGE) @Nullable String languages,
      @HeaderParam("Sec-Fetch-Site") @Nullable String site,
      @HeaderParam("Origin") @Nullable String origin,
      @Nullable MultivaluedMap<String, String> form) {
    ProofKind kind = kind(name);
    if (!isOfThesePages(site, origin)) {
      throw new ApiException(ProblemType.FORBIDDEN);
    }
    String password = form == null ? null : form.getFirst("password");
    return answer(
        kind,
        pages.use(
            kind,
            secret(kept),
            password == null || password.isEmpty() ? null : password,
            languages));
  }

  /**
   * Another origin of the same site gets the cookie sent, too. Browsers say which it is; those that
   * send no Sec-Fetch-Site name the origin, or {@code null} because of the policy for referrers.
   */
  private boolean isOfThesePages(@Nullable String site, @Nullable String origin) {
    if (site != null) {
      return site.equals("same-origin");
    }
    return origin == null
        || origin.equals("null")
        || origin.equals(issuer.getScheme() + "://" + issuer.getAuthority());
  }

  private static ProofKind kind(String name) {
    return MailPages.find(name).orElseThrow(() -> new ApiException(ProblemType.NOT_FOUND));
  }

  private static String secret(@Nullable String kept) {
    return kept == null || kept.length() > MAX_LENGTH ? "" : kept;
  }

  private Response answer(ProofKind kind, MailPages.Shown shown) {
    Response.ResponseBuilder response =
        Response.status(shown.status())
            .entity(shown.page().html())
            .type(HTML)
            .header("content-language", shown.page().texts().language())
            .header("content-security-policy", shown.page().policy())
            .header("referrer-policy", "no-referrer");
    return shown.over() ? response.cookie(cookie(kind, "", true)).build() : response.build();
  }

  /**
   * Lax, not strict: the browser would not send a strict cookie after a click in a web mailer. It
   * is not sent with a POST from another site. Each kind has its own, so that links of several
   * kinds can be open at once.
   */
  private NewCookie cookie(ProofKind kind, String secret, boolean over) {
    return new NewCookie.Builder(COOKIE)
        .value(secret)
        .path(issuer.getPath() + "/mail/" + kind)
        .maxAge(over ? 0 : COOKIE_SECONDS)
        .httpOnly(true)
        .secure("https".equals(issuer.getScheme()))
        .sameSite(NewCookie.SameSite.LAX)
        .build();
  }
}
