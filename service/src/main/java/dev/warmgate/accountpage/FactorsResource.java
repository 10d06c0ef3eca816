package dev.warmgate.accountpage;

import dev.warmgate.account.FreshAuthentication;
import dev.warmgate.factor.FactorDao;
import dev.warmgate.factor.FactorService;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.Html;
import dev.warmgate.problem.ProblemType;
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
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
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

  /** Nothing is removed before its owner has read what that means. */
  @GET
  @Path("{id}/remove")
  public Response askToRemove(@Context ContainerRequestContext request, @PathParam("id") UUID id) {
    return ask(
        site.visit(request),
        visit -> {
          List<FactorDao.Listed> all = factors.confirmed(Caller.current().accountId());
          FactorDao.Listed factor =
              all.stream()
                  .filter(one -> one.id().equals(id))
                  .findFirst()
                  .orElseThrow(() -> new ApiException(ProblemType.FACTOR_NOT_FOUND));
          return FactorsView.removal(visit, factor, all.size() == 1);
        });
  }

  /** Needs the second factor, which is asked for first. */
  private Response ask(Visit visit, Function<Visit, View> question) {
    return visit.attempt(
        () -> {
          fresh.requireFactor(Caller.current());
          return visit.show(question.apply(visit));
        },
        () -> page(visit));
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
          boolean last = factors.confirmed(caller.accountId()).isEmpty();
          return visit.redirect(
              "/account/factors?done=" + (last ? "last-factor-removed" : "factor-removed"));
        },
        () -> page(visit));
  }

  @GET
  @Path("recovery-codes")
  public Response askForRecoveryCodes(@Context ContainerRequestContext request) {
    return ask(
        site.visit(request),
        visit -> {
          if (factors.confirmed(Caller.current().accountId()).isEmpty()) {
            throw new ApiException(ProblemType.NO_FACTOR);
          }
          return FactorsView.newCodes(visit);
        });
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
