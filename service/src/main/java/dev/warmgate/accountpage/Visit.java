package dev.warmgate.accountpage;

import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.Html;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.problem.SecondStep;
import dev.warmgate.proof.Asked;
import dev.warmgate.proof.ProofKind;
import dev.warmgate.request.Caller;
import dev.warmgate.request.RequestContext;
import dev.warmgate.session.AccessToken;
import dev.warmgate.session.TokenPair;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.NewCookie;
import jakarta.ws.rs.core.Response;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One request of a browser: its language, its cookies, and the answer that it gets. */
final class Visit {
  private final Site site;
  private final ContainerRequestContext request;
  private final String language;
  private final boolean chosen;
  private final List<NewCookie> cookies = new ArrayList<>();
  private @Nullable String target;
  private String done = LinkPages.SIGNED_IN;

  Visit(Site site, ContainerRequestContext request) {
    this.site = site;
    this.request = request;
    String wanted = request.getUriInfo().getQueryParameters().getFirst("lang");
    String kept = cookie(PageCookies.Kind.LANGUAGE).orElse(null);
    boolean known = wanted != null && Texts.LANGUAGES.contains(wanted);
    this.chosen = known || kept != null;
    this.language =
        site.texts()
            .choose(known ? wanted : kept, request.getHeaderString(HttpHeaders.ACCEPT_LANGUAGE));
    if (known) {
      keepLanguage(language);
    }
  }

  String language() {
    return language;
  }

  private void keepLanguage(String tag) {
    cookies.add(
        site.cookies().create(PageCookies.Kind.LANGUAGE, tag, PageCookies.LANGUAGE_LIFETIME));
  }

  /** Returns a page whose title is the text {@code key.title}. */
  View view(String key, Object... values) {
    return titled(key + ".title", values);
  }

  View titled(String key, Object... values) {
    return new View(site.texts(), language, site.base(), site.texts().get(language, key, values));
  }

  Optional<String> cookie(PageCookies.Kind kind) {
    return site.cookies().find(request.getHeaders().get(HttpHeaders.COOKIE), kind);
  }

  Visit keep(PageCookies.Kind kind, String value) {
    cookies.add(site.cookies().create(kind, value, PageCookies.LINK_LIFETIME));
    return this;
  }

  Visit forget(PageCookies.Kind kind) {
    cookies.add(site.cookies().remove(kind));
    return this;
  }

  private List<PendingProof> allPending() {
    return cookie(PageCookies.Kind.PENDING).map(PendingProof::read).orElse(List.of());
  }

  /** Returns the mail that was asked for here last. */
  Optional<PendingProof> pending() {
    return allPending().stream().findFirst();
  }

  /** Returns the mail of this kind that was asked for here last. */
  Optional<PendingProof> pending(ProofKind kind) {
    return allPending().stream().filter(pending -> pending.kind() == kind).findFirst();
  }

  Visit keep(PendingProof asked) {
    return keep(PageCookies.Kind.PENDING, PendingProof.write(asked, allPending()));
  }

  /** Shows where the code of the mail can be entered that was just asked for. */
  Response askedFor(ProofKind kind, Asked asked, @Nullable String redirectTo) {
    return keep(new PendingProof(kind, asked.requestId(), null, redirectTo))
        .redirect("/account/code");
  }

  /** Says where a sign-in leads to and what is said there, which its second step must know. */
  Visit leadingTo(@Nullable String url, String done) {
    this.target = url;
    this.done = done;
    return this;
  }

  /** Returns the sign-in whose second step is still to be done here. */
  Optional<PendingStep> pendingStep() {
    return cookie(PageCookies.Kind.SECOND_STEP).flatMap(PendingStep::read);
  }

  /** Replaces the access token of the session, which a second factor has raised. */
  Visit raised(AccessToken token) {
    cookies.add(site.sessions().cookie(request, token));
    return this;
  }

  @Nullable String userAgent() {
    return request.getHeaderString(HttpHeaders.USER_AGENT);
  }

  /** Returns the caller, if anybody is signed in; for pages that are open to all. */
  Optional<Caller> visitor() {
    Optional<Caller> visitor = site.sessions().visitor(request);
    if (visitor.isEmpty() && cookie(PageCookies.Kind.SESSION).isPresent()) {
      forget(PageCookies.Kind.SESSION);
    }
    return visitor;
  }

  /**
   * Gives this browser a session in place of the one it had, which ends. What was kept for a proof
   * is forgotten, and the forms that were made before are not valid any more.
   *
   * @param url where to go; the account if there is none
   * @param done what to say there
   */
  Response signedIn(TokenPair pair, @Nullable String url, String done) {
    PageSessions sessions = site.sessions();
    sessions.endPrevious(request);
    cookies.add(sessions.cookie(pair));
    cookies.add(site.cookies().create(PageCookies.Kind.FORM, FormTokens.newBrowser()));
    sessions.deviceCookie(pair).ifPresent(cookies::add);
    if (!chosen) {
      sessions.language(pair).ifPresent(this::keepLanguage);
    }
    return forget(PageCookies.Kind.PENDING)
        .forget(PageCookies.Kind.SECOND_STEP)
        .redirect(url == null ? "/account?done=" + done : url);
  }

  /**
   * Forgets the session, which the caller of this method has ended, and what was asked for: the
   * next person at this browser may be another one.
   */
  Visit signOut() {
    for (ProofKind kind : ProofKind.values()) {
      if (cookie(PageCookies.Kind.link(kind)).isPresent()) {
        forget(PageCookies.Kind.link(kind));
      }
    }
    return forget(PageCookies.Kind.SESSION)
        .forget(PageCookies.Kind.FORM)
        .forget(PageCookies.Kind.PENDING)
        .forget(PageCookies.Kind.SECOND_STEP);
  }

  /**
   * Does what a form asks for; if it is refused, shows the form again and says why. If a second
   * factor is needed, asks for it first.
   */
  Response attempt(Supplier<Response> action, Supplier<View> form) {
    try {
      return action.get();
    } catch (ApiException refusal) {
      if (refusal.secondStep() != null) {
        return secondStep(refusal.secondStep());
      }
      return needsFactor(refusal) ? stepUp() : show(form.get().refused(refusal));
    }
  }

  private Response secondStep(SecondStep step) {
    cookies.add(
        site.cookies()
            .create(
                PageCookies.Kind.SECOND_STEP,
                PendingStep.of(step, target, done).write(),
                PageCookies.SECOND_STEP_LIFETIME));
    return redirect("/account/second-step");
  }

  /** Whether the caller has to use their second factor first. */
  boolean needsFactor(ApiException refusal) {
    return refusal.type() == ProblemType.INSUFFICIENT_USER_AUTHENTICATION
        && site.sessions().hasFactor(Caller.current());
  }

  /** Has people use their second factor, and come back to this page. */
  Response stepUp() {
    return redirect("/account/step-up?then=/" + shown(request.getUriInfo().getPath()));
  }

  /** Shows a page that says what was done before. URLs name it, which anybody can write. */
  Response show(View view, @Nullable String done) {
    String key = "done." + done;
    return show(site.texts().in(language).containsKey(key) ? view.notice(key) : view);
  }

  Response show(View view) {
    String browser =
        cookie(PageCookies.Kind.FORM)
            .orElseGet(() -> {
              String fresh = FormTokens.newBrowser();
              cookies.add(site.cookies().create(PageCookies.Kind.FORM, fresh));
              return fresh;
            });
    String token =
        site.tokens().create(browser, PageFormReader.session(RequestContext.of(request)));
    Html html = site.render(view, language, languages(), token);
    Response.ResponseBuilder response = Response.status(view.status()).entity(html);
    if (view.retryAfter() != null) {
      response.header(
          HttpHeaders.RETRY_AFTER, Math.max(1, view.retryAfter().plusMillis(999).toSeconds()));
    }
    return finish(response);
  }

  /** Goes to another page, or to a URL that was checked. */
  Response redirect(String target) {
    return finish(
        Response.status(Response.Status.SEE_OTHER)
            .header("location", target.startsWith("/") ? site.base() + target : target));
  }

  private Response finish(Response.ResponseBuilder response) {
    Html.HEADERS.forEach(response::header);
    return response.cookie(cookies.toArray(NewCookie[]::new)).build();
  }

  /** Links to the page in its languages; one that shows the answer to a form, to its form. */
  private List<Map<String, Object>> languages() {
    String path = request.getUriInfo().getPath();
    String redirectTo = request.getUriInfo().getQueryParameters().getFirst("redirect_to");
    String rest =
        redirectTo == null
            ? ""
            : "&redirect_to=" + URLEncoder.encode(redirectTo, StandardCharsets.UTF_8);
    return Texts.LANGUAGES.stream()
        .map(tag ->
            Map.<String, Object>of(
                "code",
                tag,
                "own",
                site.texts().get(tag, "words.language"),
                "spoken",
                tag.equals(language),
                "switch",
                site.base() + "/" + shown(path) + "?lang=" + tag + rest))
        .toList();
  }

  /** Returns the path of the page that shows the answer to a form. */
  private static String shown(String path) {
    if (path.startsWith("account/sessions/")) {
      return "account";
    }
    return switch (path) {
      case "account/code/resend" -> "account/code";
      case "account/sign-in/passkey" -> "account/sign-in";
      default -> path;
    };
  }
}
