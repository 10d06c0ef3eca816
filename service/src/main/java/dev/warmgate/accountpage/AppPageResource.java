package dev.warmgate.accountpage;

import dev.warmgate.factor.FactorService;
import dev.warmgate.factor.QrCode;
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
import java.util.UUID;
import java.util.function.Supplier;

/** The page that adds an authenticator app: its name, then its key and the first code. */
@Path("/account/factors/app")
@Produces(Html.MEDIA_TYPE)
@Page
@Authenticated
@Hidden
public final class AppPageResource {
  private static final String PATH = "/account/factors/app";
  private static final String FACTOR = "factor";
  private static final String KEY = "key";
  private static final String CODE = "code";

  private final Site site;
  private final NewFactors added;
  private final FactorService factors;

  AppPageResource(Site site, NewFactors added, FactorService factors) {
    this.site = site;
    this.added = added;
    this.factors = factors;
  }

  @GET
  public Response show(@Context ContainerRequestContext request) {
    Visit visit = site.visit(request);
    return show(visit, PageForm.EMPTY, () -> name(visit, ""));
  }

  /** One form after the other: the name, with the password if it is needed, and the first code. */
  @POST
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  @RateLimited(Limit.FACTOR)
  public Response add(@Context ContainerRequestContext request, PageForm form) {
    Visit visit = site.visit(request);
    if (form.find(FACTOR).isPresent()) {
      return confirm(visit, id(form), form);
    }
    return show(visit, form, () -> enrol(visit, form));
  }

  /** After a wrong code, the same key is shown again: the app may not have it yet. */
  private Response confirm(Visit visit, UUID id, PageForm form) {
    Caller caller = Caller.current();
    return visit.attempt(
        () -> added.added(visit, confirmed(caller, id, form), "app-added"),
        () ->
            factors
                .enrolledBefore(caller, id, form.text(KEY))
                .map(enrolled -> code(visit, enrolled))
                .orElseGet(() -> name(visit, "")));
  }

  private FactorService.Confirmed confirmed(Caller caller, UUID id, PageForm form) {
    try {
      return factors.confirmTotp(caller, id, form.code(CODE));
    } catch (ApiException refused) {
      throw refused.type() == ProblemType.INVALID_FACTOR
          ? ApiException.field(refused.type(), CODE, "is wrong")
          : refused;
    }
  }

  /** Asks for the name together with the password, which is checked each time. */
  private Response show(Visit visit, PageForm form, Supplier<View> page) {
    return added.show(
        visit,
        form,
        PATH,
        page,
        ask -> ask.plain(NewFactors.NAME, "add-app.name", form.text(NewFactors.NAME)));
  }

  private View enrol(Visit visit, PageForm form) {
    String name;
    try {
      name = NewFactors.name(form);
    } catch (ApiException refused) {
      return name(visit, form.text(NewFactors.NAME)).refused(refused);
    }
    return code(visit, factors.enrolTotp(Caller.current(), name));
  }

  /** The form sends the key along: whoever does not know it is not told it again. */
  private View code(Visit visit, FactorService.Enrolled enrolled) {
    String language = visit.language();
    String key = enrolled.totp().base32();
    return visit
        .view("add-app")
        .text("add-app.scan")
        .with(
            "qr",
            Map.of(
                "svg",
                new QrCode(enrolled.uri()).svg(),
                "label",
                site.texts().get(language, "add-app.qr"),
                "keyLabel",
                site.texts().get(language, "add-app.key"),
                "key",
                key))
        .form(PATH, "add-app.confirm")
        .hide(FACTOR, enrolled.id().toString())
        .hide(KEY, key)
        .code(CODE, "add-app.code", true)
        .refuseBesideField()
        .link("/account/factors", "words.back");
  }

  private static UUID id(PageForm form) {
    try {
      return UUID.fromString(form.text(FACTOR));
    } catch (IllegalArgumentException garbage) {
      throw new ApiException(ProblemType.FACTOR_NOT_FOUND);
    }
  }

  private static View name(Visit visit, String name) {
    return visit
        .view("add-app")
        .text("add-app.text")
        .form(PATH, "add-app.button")
        .plain(NewFactors.NAME, "add-app.name", name)
        .link("/account/factors", "words.back");
  }
}
