package dev.warmgate.accountpage;

import dev.warmgate.problem.Html;
import dev.warmgate.proof.ProofKind;
import dev.warmgate.proof.RedirectUrls;
import dev.warmgate.registration.RegistrationService;
import dev.warmgate.request.FastLane;
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

/** The page with which strangers create accounts, where they may. */
@Path("/account/register")
@Produces(Html.MEDIA_TYPE)
@Page
@Public
@FastLane
@Hidden
public final class RegisterResource {
  private final Site site;
  private final Offers offers;
  private final RegistrationService registrations;
  private final RedirectUrls redirects;

  RegisterResource(
      Site site, Offers offers, RegistrationService registrations, RedirectUrls redirects) {
    this.site = site;
    this.offers = offers;
    this.registrations = registrations;
    this.redirects = redirects;
  }

  @GET
  public Response show(
      @Context ContainerRequestContext request,
      @QueryParam("redirect_to") @Nullable String redirectTo) {
    Visit visit = site.visit(request);
    return visit.show(page(visit, "", redirects.checkParameter(redirectTo)));
  }

  @POST
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  @RateLimited(Limit.REGISTER)
  public Response register(@Context ContainerRequestContext request, PageForm form) {
    Visit visit = site.visit(request);
    String target = redirects.check(form.find("redirect_to").orElse(null));
    return visit.attempt(
        () -> {
          RegistrationService.Registered registered =
              registrations.register(
                  form.email(),
                  form.password("password"),
                  visit.language(),
                  target,
                  null,
                  visit.userAgent());
          return registered.pair() == null
              ? visit.askedFor(ProofKind.CONFIRM, registered.asked(), target)
              : visit.signedIn(registered.pair(), target, "registered");
        },
        () -> page(visit, form.text("email"), target));
  }

  private View page(Visit visit, String email, @Nullable String target) {
    View page = visit.view("register").link("/account/sign-in", "register.sign-in");
    return offers.registration()
        ? page.form("/account/register", "register.button")
            .mayLeadTo(target)
            .hide("redirect_to", target)
            .email("words.email", email, true)
            .newPassword("password", "words.password", offers.minLength())
        : page.text("register.closed");
  }
}
