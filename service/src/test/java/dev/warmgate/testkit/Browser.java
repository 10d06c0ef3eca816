package dev.warmgate.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.CookieManager;
import java.net.CookieStore;
import java.net.HttpCookie;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Opens pages of the service as a browser does that runs no scripts. */
public final class Browser {
  private static final Pattern TOKEN = Pattern.compile("name=\"form\" value=\"([^\"]+)\"");
  private static final Pattern LINK = Pattern.compile("name=\"link\" value=\"([^\"]+)\"");

  private final CookieManager cookies = new CookieManager();
  private final HttpClient http;
  private final String site;
  private final Map<String, String> headers;
  private String token = "";
  private String link = "";

  private Browser(String site, HttpClient.Redirect redirects, Map<String, String> headers) {
    this.site = site;
    this.headers = headers;
    this.http = HttpClient.newBuilder().cookieHandler(cookies).followRedirects(redirects).build();
  }

  /** Returns a browser without cookies that follows redirects. */
  public static Browser at(String site) {
    return new Browser(site, HttpClient.Redirect.NORMAL, Map.of());
  }

  /** Returns one that shows redirects. */
  public static Browser withoutRedirectsAt(String site) {
    return new Browser(site, HttpClient.Redirect.NEVER, Map.of());
  }

  /** Returns one that also sends this header with each request. */
  public static Browser at(String site, String header, String value) {
    return new Browser(site, HttpClient.Redirect.NORMAL, Map.of(header, value));
  }

  /** Returns a browser without cookies that also sends this header with each request. */
  public Browser with(String header, String value) {
    Map<String, String> more = new HashMap<>(headers);
    more.put(header, value);
    return new Browser(site, http.followRedirects(), more);
  }

  public HttpResponse<String> open(String path) {
    return send(request(path));
  }

  /** Sends a form with the token of the page that was shown last, and its link, if it has one. */
  public HttpResponse<String> press(String path, String form) {
    return post(path, (form.isEmpty() ? "" : form + "&") + "form=" + token + link);
  }

  /** Sends a form as it is given. */
  public HttpResponse<String> post(String path, String form, String... more) {
    HttpRequest.Builder request =
        request(path)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form));
    return send(more.length == 0 ? request : request.headers(more));
  }

  /** Returns the token of the page that was shown last. */
  public String token() {
    return token;
  }

  /** Returns the value of a cookie; empty if the browser has none of that name. */
  public Optional<String> cookie(String name) {
    return cookies.getCookieStore().getCookies().stream()
        .filter(cookie -> cookie.getName().equals(name))
        .map(HttpCookie::getValue)
        .findFirst();
  }

  /** Has the account pages get another access token for the session, as they do when it expires. */
  public void expireToken() {
    String cookie = cookie("warmgate-session").orElseThrow();
    set("warmgate-session", "expired" + cookie.substring(cookie.indexOf('~')));
  }

  /** Sets a cookie, as whoever has the browser in their hands can. */
  public void set(String name, String value) {
    CookieStore store = cookies.getCookieStore();
    List.copyOf(store.getCookies()).stream()
        .filter(known -> known.getName().equals(name))
        .forEach(known -> store.remove(URI.create(site), known));
    HttpCookie cookie = new HttpCookie(name, value);
    String host = URI.create(site).getHost();
    // As the JDK stores cookies of hosts without a dot, so that an answer can replace this one.
    cookie.setDomain(host.contains(".") ? host : host + ".local");
    cookie.setPath("/");
    cookie.setVersion(0);
    store.add(URI.create(site), cookie);
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(site + path));
    headers.forEach(request::header);
    return request;
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      HttpResponse<String> response =
          http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      Matcher shown = TOKEN.matcher(response.body());
      if (shown.find()) {
        token = shown.group(1);
        Matcher named = LINK.matcher(response.body());
        link = named.find() ? "&link=" + named.group(1) : "";
      }
      return response;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }
}
