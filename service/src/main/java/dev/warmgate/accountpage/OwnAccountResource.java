package dev.warmgate.accountpage;

import dev.warmgate.account.Account;
import dev.warmgate.account.AccountService;
import dev.warmgate.factor.FactorDao;
import dev.warmgate.factor.FactorService;
import dev.warmgate.page.PageLimit;
import dev.warmgate.page.Position;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.Html;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.request.Authenticated;
import dev.warmgate.request.Caller;
import dev.warmgate.request.FastLane;
import dev.warmgate.request.Page;
import dev.warmgate.session.LogoutScope;
import dev.warmgate.session.OwnSessionsService;
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
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The account of the person who is signed in, and their sessions. */
@Path("/account")
@Produces(Html.MEDIA_TYPE)
@Page
@Authenticated
@Hidden
public final class OwnAccountResource {
  private final Site site;
  private final AccountView view;
  private final AccountService accounts;
  private final OwnSessionsService sessions;
  private final FactorService factors;
  private final FreshProof proof;

  OwnAccountResource(
      Site site,
      AccountView view,
      AccountService accounts,
      OwnSessionsService sessions,
      FactorService factors,
      FreshProof proof) {
    this.site = site;
    this.view = view;
    this.accounts = accounts;
    this.sessions = sessions;
    this.factors = factors;
    this.proof = proof;
  }

  @GET
  public Response show(
      @Context ContainerRequestContext request, @QueryParam("done") @Nullable String done) {
    Visit visit = site.visit(request);
    return visit.show(page(visit), done);
  }

  private View page(Visit visit) {
    Caller caller = Caller.current();
    return view.of(
        visit,
        account(),
        factors.confirmed(caller.accountId()).stream().map(FactorDao.Listed::name).toList(),
        caller,
        sessions.list(caller, Position.START, PageLimit.MOST));
  }

  @POST
  @Path("sign-out")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  @FastLane
  public Response signOut(@Context ContainerRequestContext request, PageForm form) {
    sessions.logout(Caller.current(), LogoutScope.LOCAL);
    return site.visit(request).signOut().redirect("/account/sign-in?done=signed-out");
  }

  @POST
  @Path("sessions/{id}/end")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  public Response end(
      @Context ContainerRequestContext request, @PathParam("id") UUID id, PageForm form) {
    Visit visit = site.visit(request);
    Caller caller = Caller.current();
    return proven(
        visit,
        form,
        "/account/sessions/" + id + "/end",
        () -> {
          sessions.end(caller, id);
          return id.equals(caller.sessionId())
              ? visit.signOut().redirect("/account/sign-in?done=signed-out")
              : visit.redirect("/account?done=session");
        });
  }

  @POST
  @Path("sessions/end-others")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  public Response endOthers(@Context ContainerRequestContext request, PageForm form) {
    Visit visit = site.visit(request);
    return proven(
        visit,
        form,
        "/account/sessions/end-others",
        () -> {
          sessions.logout(Caller.current(), LogoutScope.OTHERS);
          return visit.redirect("/account?done=sessions");
        });
  }

  private Response proven(Visit visit, PageForm form, String path, Supplier<Response> action) {
    return proof.before(
        action,
        visit,
        form,
        new FreshProof.Question(path, "/account", UnaryOperator.identity(), () -> page(visit)));
  }

  /** The token may be older than the address. */
  private Account account() {
    return accounts
        .find(Caller.current().accountId())
        .orElseThrow(() -> new ApiException(ProblemType.SESSION_ENDED));
  }
}
