package dev.warmgate.accountpage;

import dev.warmgate.maillogin.MailLoginService;
import dev.warmgate.problem.Html;
import dev.warmgate.proof.LinkTarget;
import dev.warmgate.proof.ProofKind;
import dev.warmgate.proof.RedirectUrls;
import dev.warmgate.recovery.RecoveryService;
import dev.warmgate.request.Limit;
import dev.warmgate.request.Page;
import dev.warmgate.request.Public;
import dev.warmgate.request.RateLimited;
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
import org.jspecify.annotations.Nullable;

/** The pages where those who cannot sign in ask for a mail; every address is answered alike. */
@Path("/account")
@Produces(Html.MEDIA_TYPE)
@Page
@Public
@Hidden
public final class MailRequestResource {
  private final Site site;
  private final RecoveryService recovery;
  private final MailLoginService logins;
  private final RedirectUrls redirects;

  MailRequestResource(
      Site site, RecoveryService recovery, MailLoginService logins, RedirectUrls redirects) {
    this.site = site;
    this.recovery = recovery;
    this.logins = logins;
    this.redirects = redirects;
  }

  @GET
  @Path("forgot")
  public Response showForgot(
      @Context ContainerRequestContext request,
      @QueryParam("redirect_to") @Nullable String redirectTo) {
    return show(request, "forgot", redirectTo);
  }

  @POST
  @Path("forgot")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  @RateLimited(Limit.MAIL)
  public Response forgot(@Context ContainerRequestContext request, PageForm form) {
    Visit visit = site.visit(request);
    String target = redirects.check(form.find("redirect_to").orElse(null));
    return visit.attempt(
        () -> visit.askedFor(ProofKind.RESET, recovery.forgot(form.email(), target), target),
        () -> page(visit, "forgot", form.text("email"), target));
  }

  @GET
  @Path("mail-sign-in")
  public Response showMailSignIn(
      @Context ContainerRequestContext request,
      @QueryParam("redirect_to") @Nullable String redirectTo) {
    return show(request, "mail-sign-in", redirectTo);
  }

  /** The mail leads here, not to the application, which could not open this browser's session. */
  @POST
  @Path("mail-sign-in")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  @RateLimited(Limit.MAIL)
  public Response mailSignIn(@Context ContainerRequestContext request, PageForm form) {
    Visit visit = site.visit(request);
    String target = redirects.check(form.find("redirect_to").orElse(null));
    return visit.attempt(
        () ->
            visit.askedFor(
                ProofKind.SIGN_IN, logins.ask(form.email(), LinkTarget.page(null)), target),
        () -> page(visit, "mail-sign-in", form.text("email"), target));
  }

  private Response show(ContainerRequestContext request, String name, @Nullable String redirectTo) {
    Visit visit = site.visit(request);
    return visit.show(page(visit, name, "", redirects.checkParameter(redirectTo)));
  }

  private static View page(Visit visit, String name, String email, @Nullable String target) {
    return visit
        .view(name)
        .text(name + ".text")
        .form("/account/" + name, name + ".button")
        .hide("redirect_to", target)
        .email("words.email", email, true)
        .link("/account/sign-in", "sign-in.title");
  }
}
