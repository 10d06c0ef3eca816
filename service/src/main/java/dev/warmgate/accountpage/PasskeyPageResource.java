package dev.warmgate.accountpage;

import dev.warmgate.factor.FactorService;
import dev.warmgate.passkey.PasskeyService;
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
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Map;

/** The page that adds a passkey. */
@Path("/account/factors/passkey")
@Produces(Html.MEDIA_TYPE)
@Page
@Authenticated
@Hidden
public final class PasskeyPageResource {
  private static final String PATH = "/account/factors/passkey";

  private final Site site;
  private final NewFactors added;
  private final PasskeyService passkeys;

  PasskeyPageResource(Site site, NewFactors added, PasskeyService passkeys) {
    this.site = site;
    this.added = added;
    this.passkeys = passkeys;
  }

  @GET
  @RateLimited(Limit.FACTOR)
  public Response show(@Context ContainerRequestContext request) {
    requirePasskeys();
    Visit visit = site.visit(request);
    return added.show(visit, PageForm.EMPTY, PATH, () -> page(visit, NewFactors.proposal(visit)));
  }

  /** Without a passkey, it is the answer to the question for the password. */
  @POST
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  @RateLimited(Limit.FACTOR)
  public Response add(@Context ContainerRequestContext request, PageForm form) {
    requirePasskeys();
    Visit visit = site.visit(request);
    if (form.find("credential").isEmpty()) {
      return added.show(visit, form, PATH, () -> page(visit, NewFactors.proposal(visit)));
    }
    FactorService.Confirmed confirmed;
    try {
      confirmed =
          passkeys
              .register(Caller.current(), NewFactors.name(form), form.code("credential"))
              .confirmed();
    } catch (ApiException refused) {
      // Another challenge needs what the first one needed.
      return added.show(
          visit,
          PageForm.EMPTY,
          PATH,
          () -> page(visit, form.text(NewFactors.NAME)).refused(refused));
    }
    return added.added(visit, confirmed, "passkey-added");
  }

  private void requirePasskeys() {
    if (!passkeys.isOnPages()) {
      throw new ApiException(ProblemType.PASSKEYS_OFF);
    }
  }

  private View page(Visit visit, String name) {
    return visit
        .view("add-passkey")
        .text("add-passkey.text")
        .passkey(
            PATH,
            "create",
            passkeys.askToRegister(Caller.current()),
            "add-passkey.button",
            Map.of(
                "nameLabel",
                site.texts().get(visit.language(), "add-passkey.name"),
                "nameValue",
                name))
        .link("/account/factors", "words.back");
  }
}
