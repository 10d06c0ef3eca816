package dev.warmgate.accountpage;

import dev.warmgate.account.FreshAuthentication;
import dev.warmgate.factor.FactorService;
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
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The second factors of the person who is signed in, and their recovery codes. */
@Path("/account/factors")
@Produces(Html.MEDIA_TYPE)
@Page
@Authenticated
@Hidden
public final class FactorsResource {
  private final Site site;
  private final FactorsView view;
  private final FactorService factors;
  private final FreshAuthentication fresh;

  FactorsResource(Site site, FactorsView view, FactorService factors, FreshAuthentication fresh) {
    this.site = site;
    this.view = view;
    this.factors = factors;
    this.fresh = fresh;
  }

  @GET
  public Response show(
      @Context ContainerRequestContext request, @QueryParam("done") @Nullable String done) {
    Visit visit = site.visit(request);
    return visit.show(page(visit), done);
  }

  @POST
  @Path("{id}/remove")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  @RateLimited(Limit.FACTOR)
  public Response remove(
      @Context ContainerRequestContext request, @PathParam("id") UUID id, PageForm form) {
    Visit visit = site.visit(request);
    Caller caller = Caller.current();
    return visit.attempt(
        () -> {
          fresh.requireFactor(caller);
          factors.remove(caller, id);
          return visit.redirect("/account/factors?done=factor-removed");
        },
        () -> page(visit));
  }

  /** They are shown in the answer, and nowhere else. */
  @POST
  @Path("recovery-codes")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  @RateLimited(Limit.FACTOR)
  public Response makeRecoveryCodes(@Context ContainerRequestContext request, PageForm form) {
    Visit visit = site.visit(request);
    Caller caller = Caller.current();
    return visit.attempt(
        () -> {
          fresh.requireFactor(caller);
          return visit.show(view.codes(visit, factors.makeRecoveryCodes(caller)));
        },
        () -> page(visit));
  }

  private View page(Visit visit) {
    UUID account = Caller.current().accountId();
    return view.of(visit, factors.confirmed(account), factors.recoveryCodesLeft(account));
  }
}
