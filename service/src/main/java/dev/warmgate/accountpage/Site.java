package dev.warmgate.accountpage;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import dev.warmgate.problem.ErrorPages;
import dev.warmgate.problem.Html;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.request.RequestContext;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What all pages have in common: their layout, their languages and their cookies. */
final class Site implements ErrorPages {
  static final String ROOT = "/account";

  /** Escapes every value. */
  private static final Template TEMPLATE =
      Mustache.compiler()
          .defaultValue("")
          .emptyStringIsFalse(true)
          .compile(Assets.read("page.html"));

  private final AccountPagesConfiguration configuration;
  private final String base;
  private final String home;
  private final Assets assets;
  private final Texts texts;
  private final PageCookies cookies;
  private final FormTokens tokens;
  private final PageSessions sessions;

  Site(
      AccountPagesConfiguration configuration,
      String issuer,
      Texts texts,
      PageCookies cookies,
      FormTokens tokens,
      PageSessions sessions) {
    this.configuration = configuration;
    this.base = URI.create(issuer).getRawPath();
    this.home = issuer + ROOT;
    this.assets = new Assets(configuration);
    this.texts = texts;
    this.cookies = cookies;
    this.tokens = tokens;
    this.sessions = sessions;
  }

  Visit visit(ContainerRequestContext request) {
    return new Visit(this, request);
  }

  /** Returns what the paths of pages begin with: the path of the issuer, without a slash. */
  String base() {
    return base;
  }

  Assets assets() {
    return assets;
  }

  Texts texts() {
    return texts;
  }

  PageCookies cookies() {
    return cookies;
  }

  FormTokens tokens() {
    return tokens;
  }

  PageSessions sessions() {
    return sessions;
  }

  /**
   * @param languages links to the same page in other languages
   * @param token of the page's forms
   */
  Html render(View view, String language, List<Map<String, Object>> languages, String token) {
    Map<String, Object> model = new HashMap<>(view.model(token));
    model.put("language", language);
    model.put("name", configuration.name());
    model.put("assets", base + ROOT + "/assets/");
    model.put("style", assets.style());
    model.put("script", assets.script());
    model.put("icon", assets.icon());
    model.put("logo", assets.logo());
    model.put("languages", languages);
    model.put("hasLanguages", !languages.isEmpty());
    model.put("alertWord", texts.get(language, "words.error"));
    model.put("showWord", texts.get(language, "words.show"));
    model.put("hideWord", texts.get(language, "words.hide"));
    model.put("elsewhere", texts.get(language, "passkey.elsewhere", home));
    String forms = String.join(" ", view.formTargets());
    String policy =
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action"
            + (" 'self' " + forms).stripTrailing()
            + "; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";
    return new Html(TEMPLATE.execute(model), policy, view.problem());
  }

  @Override
  public boolean isFor(String path) {
    return path.equals(ROOT) || path.startsWith(ROOT + "/");
  }

  @Override
  public String signIn() {
    return base + ROOT + "/sign-in";
  }

  @Override
  public Html show(ProblemType type, UnaryOperator<@Nullable String> headers) {
    String sent = headers.apply(HttpHeaders.COOKIE);
    String language =
        texts.choose(
            cookies
                .find(sent == null ? null : List.of(sent), PageCookies.Kind.LANGUAGE)
                .orElse(null),
            headers.apply(HttpHeaders.ACCEPT_LANGUAGE));
    View view =
        new View(texts, language, base, texts.get(language, "words.failed"))
            .text(
                texts.has(language, "problems." + type.code())
                    ? "problems." + type.code()
                    : "problems.other")
            .link(ROOT, "words.start");
    RequestContext.ofThread()
        .map(RequestContext::id)
        .ifPresent(id ->
            view.with("requestId", id)
                .with("requestIdLabel", texts.get(language, "words.request-id")));
    Html html = render(view, language, List.of(), "");
    return new Html(html.text(), html.policy(), type);
  }
}
