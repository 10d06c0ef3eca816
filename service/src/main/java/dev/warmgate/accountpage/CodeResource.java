package dev.warmgate.accountpage;

import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.Html;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.proof.Evidence;
import dev.warmgate.proof.ProofKind;
import dev.warmgate.proof.RedirectUrls;
import dev.warmgate.request.Limit;
import dev.warmgate.request.Page;
import dev.warmgate.request.Public;
import dev.warmgate.request.RateLimited;
import dev.warmgate.session.NewSession;
import dev.warmgate.session.SessionService;
import dev.warmgate.session.TokenPair;
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
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The page that says that a mail was sent, and takes its code. */
@Path("/account/code")
@Produces(Html.MEDIA_TYPE)
@Page
@Public
@Hidden
public final class CodeResource {
  private static final String CURRENT = "code_current";

  private final Site site;
  private final Offers offers;
  private final MailFlows flows;
  private final SessionService sessions;
  private final RedirectUrls redirects;

  CodeResource(
      Site site, Offers offers, MailFlows flows, SessionService sessions, RedirectUrls redirects) {
    this.site = site;
    this.offers = offers;
    this.flows = flows;
    this.sessions = sessions;
    this.redirects = redirects;
  }

  @GET
  public Response show(
      @Context ContainerRequestContext request, @QueryParam("sent") @Nullable String again) {
    Visit visit = site.visit(request);
    return visit
        .pending()
        .map(pending -> {
          View page = page(visit, pending);
          return visit.show(again == null ? page : page.notice("code.sent-again"));
        })
        .orElseGet(() -> visit.redirect("/account/sign-in"));
  }

  @POST
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  @RateLimited(Limit.PROOF)
  public Response enter(@Context ContainerRequestContext request, PageForm form) {
    Visit visit = site.visit(request);
    PendingProof pending = require(visit);
    return visit
        .leadingTo(pending.redirectTo(), LinkPages.done(pending.kind()))
        .attempt(() -> use(visit, pending, form), () -> page(visit, pending));
  }

  @POST
  @Path("resend")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  @RateLimited(Limit.MAIL)
  public Response resend(@Context ContainerRequestContext request, PageForm form) {
    Visit visit = site.visit(request);
    PendingProof pending = require(visit);
    return visit.attempt(
        () -> {
          UUID next = flows.registrations().resend(pending.requestId()).requestId();
          PendingProof sent = new PendingProof(pending.kind(), next, null, pending.redirectTo());
          return visit.keep(sent).redirect("/account/code?sent=again");
        },
        () -> page(visit, pending));
  }

  private static PendingProof require(Visit visit) {
    return visit.pending().orElseThrow(() -> new ApiException(ProblemType.INVALID_PROOF));
  }

  private Response use(Visit visit, PendingProof pending, PageForm form) {
    if (isOfChange(pending)) {
      return change(visit, pending, form);
    }
    String target = redirects.check(pending.redirectTo());
    Evidence code = new Evidence(null, pending.requestId(), form.code("code"));
    TokenPair pair =
        switch (pending.kind()) {
          case CONFIRM -> flows.registrations().confirm(code, null, begin(visit));
          case RESET -> flows.recovery().reset(code, form.password("new_password"), begin(visit));
          case SIGN_IN -> flows.mailLogins().open(code, begin(visit));
          default -> throw new ApiException(ProblemType.INVALID_PROOF);
        };
    return visit.signedIn(pair, target, LinkPages.done(pending.kind()));
  }

  private NewSession begin(Visit visit) {
    return sessions.begin(null, visit.userAgent());
  }

  private static boolean isOfChange(PendingProof pending) {
    return pending.kind() == ProofKind.CHANGE_ADDRESS_NEW
        || pending.kind() == ProofKind.CHANGE_ADDRESS_CURRENT;
  }

  /**
   * Each of the two codes confirms one half, in any order and at any time. A half that is confirmed
   * is not asked for again, also if the other code was wrong.
   */
  private Response change(Visit visit, PendingProof pending, PageForm form) {
    Optional<String> first = form.find("code");
    Optional<String> second = form.find(CURRENT).filter(_ -> pending.current() != null);
    if (first.isEmpty() && second.isEmpty()) {
      throw ApiException.field(ProblemType.VALIDATION_FAILED, "code", "must not be empty");
    }
    if (first.isEmpty()) {
      boolean changed = confirm(pending.current(), second.get(), CURRENT);
      return changed ? changed(visit) : half(visit, pending.withoutCurrent());
    }
    boolean changed = confirm(pending.requestId(), first.get(), "code");
    if (changed || pending.current() == null) {
      return changed ? changed(visit) : half(visit, pending);
    }
    PendingProof left = pending.onlyCurrent();
    if (second.isEmpty()) {
      return half(visit, left);
    }
    return visit
        .keep(left)
        .attempt(
            () ->
                confirm(left.requestId(), second.get(), "code")
                    ? changed(visit)
                    : half(visit, left),
            () -> page(visit, left).notice("code.half"));
  }

  /** Says which of the two codes was wrong. */
  private boolean confirm(@Nullable UUID request, String code, String field) {
    try {
      return flows.addresses().confirm(new Evidence(null, request, code));
    } catch (ApiException refused) {
      throw refused.type() == ProblemType.INVALID_PROOF
          ? ApiException.field(refused.type(), field, "is wrong")
          : refused;
    }
  }

  private static Response changed(Visit visit) {
    return visit.forget(PageCookies.Kind.PENDING).redirect("/account?done=address");
  }

  private Response half(Visit visit, PendingProof left) {
    return visit.keep(left).show(page(visit, left).notice("code.half"));
  }

  private View page(Visit visit, PendingProof pending) {
    View page =
        visit
            .view("code")
            .form("/account/code", "code.button")
            .mayLeadTo(redirects.check(pending.redirectTo()));
    return switch (pending.kind()) {
      case RESET ->
          page.text("code.reset")
              .code("code", "words.code", true)
              .newPassword("new_password", "words.new-password", offers.minLength())
              .link("/account/forgot", "code.ask-again");
      case SIGN_IN ->
          page.text("code.sign-in")
              .code("code", "words.code", true)
              .link("/account/mail-sign-in", "code.ask-again");
      case CHANGE_ADDRESS_NEW -> {
        boolean both = pending.current() != null;
        page.text(both ? "code.change-both" : "code.change")
            .code("code", both ? "words.code-new" : "words.code", !both);
        yield (both ? page.code(CURRENT, "words.code-current", false) : page)
            .link("/account", "words.back");
      }
      case CHANGE_ADDRESS_CURRENT ->
          page.text("code.change-current")
              .code("code", "words.code", true)
              .link("/account", "words.back");
      default ->
          page.text("code.confirm")
              .code("code", "words.code", true)
              .with(
                  "again",
                  Map.of(
                      "action",
                      site.base() + "/account/code/resend",
                      "button",
                      site.texts().get(visit.language(), "code.again")))
              .link("/account/sign-in", "sign-in.title");
    };
  }
}
