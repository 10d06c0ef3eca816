package dev.warmgate.accountpage;

import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.request.Caller;
import dev.warmgate.request.RequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.MessageBodyReader;
import java.io.IOException;
import java.io.InputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * Reads forms, and refuses those that did not come from a page of this service in the same browser
 * and the same session. An endpoint that takes a {@link PageForm} cannot be reached without.
 */
final class PageFormReader implements MessageBodyReader<PageForm> {
  private final PageCookies cookies;
  private final FormTokens tokens;
  private final String origin;

  PageFormReader(PageCookies cookies, FormTokens tokens, String issuer) {
    URI url = URI.create(issuer);
    this.cookies = cookies;
    this.tokens = tokens;
    this.origin = url.getScheme() + "://" + url.getRawAuthority();
  }

  @Override
  public boolean isReadable(
      Class<?> type, Type genericType, Annotation[] annotations, MediaType mediaType) {
    return type == PageForm.class;
  }

  @Override
  public PageForm readFrom(
      Class<PageForm> type,
      Type genericType,
      Annotation[] annotations,
      MediaType mediaType,
      MultivaluedMap<String, String> headers,
      InputStream body)
      throws IOException {
    PageForm form = PageForm.parse(new String(body.readAllBytes(), StandardCharsets.UTF_8));
    if (!isOfThisSite(headers) || !hasToken(form, headers)) {
      throw new ApiException(ProblemType.FORBIDDEN);
    }
    return form;
  }

  /**
   * What the browser says, if it does. With {@code Referrer-Policy: no-referrer} the origin of our
   * own forms is {@code null}; then the token alone decides.
   */
  private boolean isOfThisSite(MultivaluedMap<String, String> headers) {
    String site = headers.getFirst("sec-fetch-site");
    if (site != null) {
      return site.equals("same-origin");
    }
    String given = headers.getFirst("origin");
    return given == null || given.equals("null") || given.equals(origin);
  }

  private boolean hasToken(PageForm form, MultivaluedMap<String, String> headers) {
    String browser =
        cookies.find(headers.get(HttpHeaders.COOKIE), PageCookies.Kind.FORM).orElse(null);
    return browser != null
        && tokens.isValid(form.text(PageForm.TOKEN), browser, session(RequestContext.current()));
  }

  /** Returns what tokens of forms are bound to: the caller's session, or nothing. */
  static String session(RequestContext context) {
    return context.caller() instanceof Caller caller ? caller.sessionId().toString() : "";
  }
}
