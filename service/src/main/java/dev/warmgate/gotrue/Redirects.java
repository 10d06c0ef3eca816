package dev.warmgate.gotrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.warmgate.proof.LinkTarget;
import dev.warmgate.proof.RedirectUrls;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.net.URLEncoder;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Where links lead to: what the client asked for if it may be, and otherwise the site. */
final class Redirects {
  private static final String REDIRECT_TO = "redirect_to";

  private final RedirectUrls urls;
  private final String issuer;

  Redirects(RedirectUrls urls, String issuer) {
    this.urls = urls;
    this.issuer = issuer;
  }

  /** Returns the target of a mail that the request asks for. */
  LinkTarget target(ContainerRequestContext request, JsonBody body) {
    return LinkTarget.supabase(wanted(request), CodeChallenge.of(body).orElse(null));
  }

  /** Returns what the request asks for, or the site, if it is known. */
  @Nullable String wanted(ContainerRequestContext request) {
    return asked(request).orElse(urls.siteUrl());
  }

  /** As {@link #wanted(ContainerRequestContext)}, of a request that may name it in its body. */
  @Nullable String wanted(ContainerRequestContext request, Optional<String> inBody) {
    return inBody.filter(this::isAllowed).or(() -> asked(request)).orElse(urls.siteUrl());
  }

  /** Returns what the request asks for, if links may lead there: the header, then the parameter. */
  Optional<String> asked(ContainerRequestContext request) {
    String header = request.getHeaderString(REDIRECT_TO);
    return Optional.ofNullable(
            header == null || header.isEmpty()
                ? request.getUriInfo().getQueryParameters().getFirst(REDIRECT_TO)
                : header)
        .filter(this::isAllowed);
  }

  private boolean isAllowed(String url) {
    return url.equals(urls.siteUrl()) || urls.allowed().contains(url);
  }

  /** Returns where a target leads to. */
  String url(@Nullable String target) {
    return Objects.requireNonNullElse(urls.orSite(target), issuer);
  }

  /** Returns the URL with values in its fragment, which no server sees. */
  String withFragment(@Nullable String target, Map<String, ?> values) {
    return url(target) + "#" + encoded(values);
  }

  String withQuery(@Nullable String target, Map<String, ?> values) {
    String url = url(target);
    return url + (url.contains("?") ? "&" : "?") + encoded(values);
  }

  private static String encoded(Map<String, ?> values) {
    return values.entrySet().stream()
        .map(value -> value.getKey() + "=" + URLEncoder.encode(value.getValue().toString(), UTF_8))
        .collect(Collectors.joining("&"));
  }
}
