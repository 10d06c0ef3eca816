package dev.warmgate.accountpage;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmgate.factor.FactorKind;
import dev.warmgate.factor.MfaService;
import dev.warmgate.passkey.PasskeyService;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.Html;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.proof.RedirectUrls;
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
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The page for the second factor of a sign-in, in the browser that did the first step. */
@Path("/account/second-step")
@Produces(Html.MEDIA_TYPE)
@Page
@Public
@Hidden
public final class SecondStepResource {
  private static final String PATH = "/account/second-step";

  private final Site site;
  private final MfaService mfa;
  private final PasskeyService passkeys;
  private final RedirectUrls redirects;

  SecondStepResource(Site site, MfaService mfa, PasskeyService passkeys, RedirectUrls redirects) {
    this.site = site;
    this.mfa = mfa;
    this.passkeys = passkeys;
    this.redirects = redirects;
  }

  @GET
  @RateLimited(Limit.FACTOR)
  public Response show(
      @Context ContainerRequestContext request, @QueryParam("by") @Nullable String by) {
    return with(
        site.visit(request),
        visit -> visit.show(page(visit, pending(visit), "recovery-code".equals(by))));
  }

  @POST
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  @RateLimited(Limit.FACTOR)
  public Response prove(@Context ContainerRequestContext request, PageForm form) {
    return with(
        site.visit(request),
        visit -> {
          PendingStep step = pending(visit);
          String target = redirects.check(step.redirectTo());
          try {
            return visit.signedIn(
                mfa.verify(step.token(), FactorForms.read(form), visit.userAgent()),
                target,
                step.done());
          } catch (ApiException refused) {
            if (refused.type() == ProblemType.INVALID_MFA_TOKEN) {
              throw refused;
            }
            return visit.show(page(visit, step, FactorForms.isRecovery(form)).refused(refused));
          }
        });
  }

  private static PendingStep pending(Visit visit) {
    return visit.pendingStep().orElseThrow(() -> new ApiException(ProblemType.INVALID_MFA_TOKEN));
  }

  /** Begins anew if the first step has run out, or the second was tried too often. */
  private Response with(Visit visit, Function<Visit, Response> action) {
    try {
      return action.apply(visit);
    } catch (ApiException refused) {
      if (refused.type() == ProblemType.INVALID_MFA_TOKEN) {
        String over =
            visit
                .pendingStep()
                .map(step -> step.done() + "-over")
                .filter(key -> site.texts().has(visit.language(), "done." + key))
                .orElse("step-over");
        return visit.forget(PageCookies.Kind.SECOND_STEP).redirect("/account/sign-in?done=" + over);
      }
      throw refused;
    }
  }

  private View page(Visit visit, PendingStep step, boolean recovery) {
    boolean passkey = passkeys.isOnPages() && step.has(FactorKind.PASSKEY.toString());
    JsonNode options =
        FactorForms.options(passkey && !recovery, () -> passkeys.askForSecondStep(step.token()));
    Optional<String> target = Optional.ofNullable(redirects.check(step.redirectTo()));
    View page = visit.view("second-step").mayLeadTo(target.orElse(null));
    // What waits for this step, such as a new password.
    String waiting = "second-step.after-" + step.done();
    return FactorForms.add(
            site.texts().has(visit.language(), waiting) ? page.text(waiting) : page,
            PATH,
            "",
            step.has(FactorKind.TOTP.toString()),
            recovery,
            options)
        .link("/account/sign-in", "sign-in.title");
  }
}
