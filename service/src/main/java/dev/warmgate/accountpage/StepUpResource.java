package dev.warmgate.accountpage;

import dev.warmgate.factor.FactorDao;
import dev.warmgate.factor.FactorKind;
import dev.warmgate.factor.FactorService;
import dev.warmgate.factor.MfaService;
import dev.warmgate.passkey.PasskeyService;
import dev.warmgate.problem.Html;
import dev.warmgate.request.Authenticated;
import dev.warmgate.request.Caller;
import dev.warmgate.request.Limit;
import dev.warmgate.request.Page;
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
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The page on which people prove their second factor once more, before a change that needs it. */
@Path("/account/step-up")
@Produces(Html.MEDIA_TYPE)
@Page
@Authenticated
@Hidden
public final class StepUpResource {
  private static final String PATH = "/account/step-up";

  /** Pages of the account only. */
  private static final Pattern PAGES = Pattern.compile("/account(/[a-z0-9-]{1,40}){0,3}");

  private final Site site;
  private final MfaService mfa;
  private final FactorService factors;
  private final PasskeyService passkeys;

  StepUpResource(Site site, MfaService mfa, FactorService factors, PasskeyService passkeys) {
    this.site = site;
    this.mfa = mfa;
    this.factors = factors;
    this.passkeys = passkeys;
  }

  @GET
  public Response show(
      @Context ContainerRequestContext request,
      @QueryParam("then") @Nullable String then,
      @QueryParam("by") @Nullable String by) {
    Visit visit = site.visit(request);
    return visit.show(page(visit, then, "recovery-code".equals(by)));
  }

  @POST
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  @RateLimited(Limit.FACTOR)
  public Response prove(
      @Context ContainerRequestContext request,
      @QueryParam("then") @Nullable String then,
      PageForm form) {
    Visit visit = site.visit(request);
    return visit.attempt(
        () ->
            visit.raised(mfa.stepUp(Caller.current(), FactorForms.read(form))).redirect(next(then)),
        () -> page(visit, then, FactorForms.isRecovery(form)));
  }

  private static String next(@Nullable String then) {
    return then != null && PAGES.matcher(then).matches() ? then : "/account";
  }

  private View page(Visit visit, @Nullable String then, boolean recovery) {
    Caller caller = Caller.current();
    List<String> kinds =
        factors.confirmed(caller.accountId()).stream().map(FactorDao.Listed::kind).toList();
    boolean passkey = passkeys.isOnPages() && kinds.contains(FactorKind.PASSKEY.toString());
    return FactorForms.add(
            visit.view("step-up"),
            PATH,
            "then=" + next(then),
            kinds.contains(FactorKind.TOTP.toString()),
            recovery,
            FactorForms.options(passkey && !recovery, () -> passkeys.askForStepUp(caller)))
        .link("/account", "words.back");
  }
}
