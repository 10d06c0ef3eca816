package dev.warmgate.accountpage;

import dev.warmgate.account.Account;
import dev.warmgate.account.AccountService;
import dev.warmgate.account.FreshAuthentication;
import dev.warmgate.addresschange.AddressChangeService;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.Html;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.proof.ProofKind;
import dev.warmgate.request.Authenticated;
import dev.warmgate.request.Caller;
import dev.warmgate.request.Limit;
import dev.warmgate.request.Page;
import dev.warmgate.request.RateLimited;
import dev.warmgate.session.PasswordChangeService;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.function.Function;

/**
 * The pages that change or delete the account of the person who is signed in. An account without a
 * password is not asked for one.
 */
@Path("/account")
@Produces(Html.MEDIA_TYPE)
@Page
@Authenticated
@Hidden
public final class AccountChangeResource {
  private final Site site;
  private final Offers offers;
  private final AccountService accounts;
  private final FreshAuthentication fresh;
  private final AddressChangeService addresses;
  private final PasswordChangeService passwords;

  AccountChangeResource(
      Site site,
      Offers offers,
      AccountService accounts,
      FreshAuthentication fresh,
      AddressChangeService addresses,
      PasswordChangeService passwords) {
    this.site = site;
    this.offers = offers;
    this.accounts = accounts;
    this.fresh = fresh;
    this.addresses = addresses;
    this.passwords = passwords;
  }

  /** Asks for the second factor first, if there is one. */
  private Response show(Visit visit, Function<Visit, View> page) {
    return visit.attempt(
        () -> {
          fresh.requireFactor(Caller.current());
          return visit.show(page.apply(visit));
        },
        () -> page.apply(visit));
  }

  @GET
  @Path("address")
  public Response showAddress(@Context ContainerRequestContext request) {
    return show(site.visit(request), visit -> address(visit, ""));
  }

  @POST
  @Path("address")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  @RateLimited(Limit.MAIL)
  public Response changeAddress(@Context ContainerRequestContext request, PageForm form) {
    Visit visit = site.visit(request);
    Caller caller = Caller.current();
    return visit.attempt(
        () -> {
          fresh.require(caller, form.password().orElse(null));
          AddressChangeService.Requests asked = addresses.ask(caller, form.email(), null);
          return visit
              .keep(
                  new PendingProof(
                      ProofKind.CHANGE_ADDRESS_NEW, asked.fresh(), asked.current(), null))
              .redirect("/account/code");
        },
        () -> address(visit, form.text("email")));
  }

  private View address(Visit visit, String email) {
    Account account = account();
    View page =
        visit
            .view("address")
            .text(
                account.emailVerified() ? "address.text" : "address.text-unproven", account.email())
            .form("/account/address", "address.button")
            .email("words.new-email", email, false);
    return withPassword(page, account, "words.password").link("/account", "words.back");
  }

  @GET
  @Path("password")
  public Response showPassword(@Context ContainerRequestContext request) {
    return show(site.visit(request), this::password);
  }

  @POST
  @Path("password")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  @RateLimited(Limit.PASSWORD)
  public Response changePassword(@Context ContainerRequestContext request, PageForm form) {
    Visit visit = site.visit(request);
    return visit.attempt(
        () ->
            visit.signedIn(
                passwords.change(
                    Caller.current(),
                    form.password().orElse(null),
                    form.password("new_password"),
                    visit.userAgent()),
                null,
                "password"),
        () -> password(visit));
  }

  private View password(Visit visit) {
    Account account = account();
    String key = account.passwordHash() == null ? "set-password" : "change-password";
    View page =
        visit.view(key).text("change-password.text").form("/account/password", key + ".button");
    return withPassword(page, account, "words.current-password")
        .newPassword("new_password", "words.new-password", offers.minLength())
        .link("/account", "words.back");
  }

  @GET
  @Path("delete")
  public Response showDelete(@Context ContainerRequestContext request) {
    return show(site.visit(request), this::delete);
  }

  @POST
  @Path("delete")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  @RateLimited(Limit.PASSWORD)
  public Response delete(@Context ContainerRequestContext request, PageForm form) {
    Visit visit = site.visit(request);
    return visit.attempt(
        () -> {
          accounts.delete(fresh.prove(Caller.current(), form.password().orElse(null), "password"));
          return visit
              .signOut()
              .forget(PageCookies.Kind.DEVICE)
              .redirect("/account/sign-in?done=deleted");
        },
        () -> delete(visit));
  }

  private View delete(Visit visit) {
    Account account = account();
    View page =
        visit
            .view("delete")
            .text("delete.text", account.email())
            .form("/account/delete", "delete.button", true);
    return withPassword(page, account, "words.password").link("/account", "words.back");
  }

  /** Asks for the account's password, if it has one. */
  private static View withPassword(View page, Account account, String label) {
    return account.passwordHash() == null ? page : page.password("password", label);
  }

  private Account account() {
    return accounts
        .find(Caller.current().accountId())
        .orElseThrow(() -> new ApiException(ProblemType.SESSION_ENDED));
  }
}
