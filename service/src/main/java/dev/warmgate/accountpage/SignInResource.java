package dev.warmgate.accountpage;

import dev.warmgate.passkey.PasskeyService;
import dev.warmgate.problem.Html;
import dev.warmgate.proof.RedirectUrls;
import dev.warmgate.request.FastLane;
import dev.warmgate.request.Limit;
import dev.warmgate.request.Page;
import dev.warmgate.request.Public;
import dev.warmgate.request.RateLimited;
import dev.warmgate.request.Watched;
import dev.warmgate.session.SessionService;
import dev.warmgate.telemetry.Latencies;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The page to sign in at, with which all others begin. */
@Path("/account/sign-in")
@Produces(Html.MEDIA_TYPE)
@Page
@Public
@FastLane
@Hidden
public final class SignInResource {
  private final Site site;
  private final Offers offers;
  private final SessionService sessions;
  private final PasskeyService passkeys;
  private final RedirectUrls redirects;

  SignInResource(
      Site site,
      Offers offers,
      SessionService sessions,
      PasskeyService passkeys,
      RedirectUrls redirects) {
    this.site = site;
    this.offers = offers;
    this.sessions = sessions;
    this.passkeys = passkeys;
    this.redirects = redirects;
  }

  @GET
  public Response show(
      @Context ContainerRequestContext request,
      @QueryParam("redirect_to") @Nullable String redirectTo,
      @QueryParam("done") @Nullable String done) {
    Visit visit = site.visit(request);
    String target = redirects.checkParameter(redirectTo);
    if (visit.visitor().isPresent()) {
      return visit.redirect(target == null ? "/account" : target);
    }
    View page = page(visit, "", target);
    return visit.show(page, done);
  }

  @POST
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  @Watched(Latencies.Watched.LOGIN)
  @RateLimited(Limit.LOGIN)
  public Response signIn(@Context ContainerRequestContext request, PageForm form) {
    Visit visit = site.visit(request);
    String target = redirects.check(form.find("redirect_to").orElse(null));
    return visit
        .leadingTo(target, LinkPages.SIGNED_IN)
        .attempt(
            () ->
                visit.signedIn(
                    sessions.login(
                        form.email(),
                        form.password("password"),
                        visit.cookie(PageCookies.Kind.DEVICE).orElse(null),
                        null,
                        visit.userAgent()),
                    target,
                    LinkPages.SIGNED_IN),
            () -> page(visit, form.text("email"), target));
  }

  @POST
  @Path("passkey")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  @RateLimited(Limit.FACTOR)
  public Response signInWithPasskey(@Context ContainerRequestContext request, PageForm form) {
    Visit visit = site.visit(request);
    String target = redirects.check(form.find("redirect_to").orElse(null));
    return visit.attempt(
        () ->
            visit.signedIn(
                passkeys.signIn(form.code("credential"), null, visit.userAgent()),
                target,
                LinkPages.SIGNED_IN),
        () -> page(visit, "", target));
  }

  private View page(Visit visit, String email, @Nullable String target) {
    View page =
        visit
            .view("sign-in")
            .form("/account/sign-in", "sign-in.button")
            .mayLeadTo(target)
            .hide("redirect_to", target)
            .email("words.email", email, true)
            .password("password", "words.password");
    if (passkeys.isOnPages()) {
      page.passkey(
          "/account/sign-in/passkey",
          "get",
          passkeys.askToSignIn(),
          "passkey.sign-in",
          Map.of("redirectTo", target == null ? "" : target));
    }
    offers.link(page, target);
    return page;
  }
}
