package dev.warmgate.accountpage;

import dev.warmgate.password.Password;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.Html;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.proof.Evidence;
import dev.warmgate.proof.Proof;
import dev.warmgate.proof.ProofKind;
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
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The pages that the links of mails open. The first request moves the link's secret from the URL
 * into a cookie, so that neither history nor referrers keep it; only the page's button uses the
 * link, since mail scanners open links, too.
 */
@Path("/account/link/{kind}")
@Produces(Html.MEDIA_TYPE)
@Page
@Public
@Hidden
public final class LinkResource {
  /** Longer than any link's secret. */
  private static final Pattern SECRET = Pattern.compile("[A-Za-z0-9_-]{1,100}");

  private final Site site;
  private final LinkPages pages;
  private final MailFlows flows;
  private final SessionService sessions;
  private final @Nullable ApplicationSignIn application;

  LinkResource(
      Site site,
      LinkPages pages,
      MailFlows flows,
      SessionService sessions,
      @Nullable ApplicationSignIn application) {
    this.application = application;
    this.site = site;
    this.pages = pages;
    this.flows = flows;
    this.sessions = sessions;
  }

  @GET
  public Response show(
      @Context ContainerRequestContext request,
      @PathParam("kind") String name,
      @QueryParam("token") @Nullable String token) {
    Visit visit = site.visit(request);
    ProofKind kind = kind(name);
    if (token != null) {
      return (SECRET.matcher(token).matches()
              ? visit.keep(PageCookies.Kind.link(kind), token)
              : visit.forget(PageCookies.Kind.link(kind)))
          .redirect("/account/link/" + kind);
    }
    return withProof(visit, kind, link -> visit.show(form(visit, kind, link)));
  }

  @POST
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  @RateLimited(Limit.PROOF)
  public Response use(
      @Context ContainerRequestContext request, @PathParam("kind") String name, PageForm form) {
    Visit visit = site.visit(request);
    ProofKind kind = kind(name);
    return withProof(
        visit,
        kind,
        link -> {
          if (!form.text(LinkPages.LINK).equals(link.proof().id().toString())) {
            return visit.show(form(visit, kind, link).conflict("link.other"));
          }
          return visit
              .leadingTo(
                  kind == ProofKind.SIGN_IN ? wanted(visit) : link.proof().redirectTo(),
                  LinkPages.done(kind))
              .attempt(() -> use(visit, kind, link, form), () -> form(visit, kind, link));
        });
  }

  private View form(Visit visit, ProofKind kind, Link link) {
    return application != null && application.isFor(link.proof())
        ? pages.form(visit, kind, link.proof(), application.url(link.proof()))
        : pages.form(visit, kind, link.proof(), link.evidence());
  }

  private static ProofKind kind(String name) {
    return PendingProof.kind(name).orElseThrow(() -> new ApiException(ProblemType.NOT_FOUND));
  }

  private record Link(Evidence evidence, Proof proof) {}

  private Response withProof(Visit visit, ProofKind kind, Function<Link, Response> action) {
    Evidence evidence =
        new Evidence(
            visit.cookie(PageCookies.Kind.link(kind)).filter(SECRET.asMatchPredicate()).orElse(""),
            visit.pending(kind).map(PendingProof::requestId).orElse(null),
            null);
    if (evidence.token().isEmpty()) {
      return visit.show(pages.notOpened(visit));
    }
    Proof proof;
    try {
      proof =
          application == null
              ? flows.proofs().check(evidence, kind)
              : flows.proofs().checkLink(evidence, kind);
    } catch (ApiException refused) {
      if (refused.type() != ProblemType.INVALID_PROOF) {
        throw refused;
      }
      return visit.forget(PageCookies.Kind.link(kind)).show(pages.invalid(visit, refused));
    }
    return action.apply(new Link(evidence, proof));
  }

  /** Uses the link, and forgets it then: a refusal, such as of too many requests, must not. */
  private Response use(Visit visit, ProofKind kind, Link link, PageForm form) {
    Evidence evidence = link.evidence();
    String target = link.proof().redirectTo();
    if (application != null && application.isFor(link.proof())) {
      Password password =
          LinkPages.asksForPassword(kind, link.proof()) ? form.password("new_password") : null;
      String url = application.signIn(link.proof(), password, visit.userAgent());
      return visit.forget(PageCookies.Kind.link(kind)).redirect(url);
    }
    return switch (kind) {
      case CONFIRM -> {
        boolean known = flows.registrations().knowsPassword(evidence, link.proof());
        Password password = known ? null : form.password("new_password");
        yield signedIn(
            visit, kind, flows.registrations().confirm(evidence, password, begin(visit)), target);
      }
      case INVITE ->
          signedIn(
              visit,
              kind,
              flows.registrations().accept(evidence, form.password("new_password"), begin(visit)),
              target);
      case RESET ->
          signedIn(
              visit,
              kind,
              flows.recovery().reset(evidence, form.password("new_password"), begin(visit)),
              target);
      case CHANGE_ADDRESS_NEW, CHANGE_ADDRESS_CURRENT -> {
        boolean changed = flows.addresses().confirm(link.proof());
        yield visit.forget(PageCookies.Kind.link(kind)).show(pages.changed(visit, changed, target));
      }
      case ADDRESS_CHANGED ->
          signedIn(
              visit,
              kind,
              flows.addresses().undo(evidence, form.password("new_password"), begin(visit)),
              target);
      case REAUTHENTICATE -> throw new ApiException(ProblemType.INVALID_PROOF);
      case SIGN_IN -> {
        if (target != null) {
          // Its form goes to the application, or the mail's code does.
          throw new ApiException(ProblemType.INVALID_PROOF);
        }
        yield signedIn(visit, kind, flows.mailLogins().open(evidence, begin(visit)), wanted(visit));
      }
    };
  }

  private static Response signedIn(
      Visit visit, ProofKind kind, TokenPair pair, @Nullable String target) {
    return visit.forget(PageCookies.Kind.link(kind)).signedIn(pair, target, LinkPages.done(kind));
  }

  /** Returns where this browser wanted to go when it asked for the mail. */
  private @Nullable String wanted(Visit visit) {
    Optional<PendingProof> asked = visit.pending(ProofKind.SIGN_IN);
    return flows.proofs().redirects().check(asked.map(PendingProof::redirectTo).orElse(null));
  }

  private NewSession begin(Visit visit) {
    return sessions.begin(null, visit.userAgent());
  }
}
