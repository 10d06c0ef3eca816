package dev.warmgate.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** Opens pages of the service as a browser does that runs no scripts. */
public final class Browser {
  private final HttpClient http;
  private final String site;
  private String languages = "en";

  private Browser(String site, HttpClient.Redirect redirects) {
    this.site = site;
    this.http =
        HttpClient.newBuilder()
            .cookieHandler(new CookieManager())
            .followRedirects(redirects)
            .build();
  }

  /** Returns a browser without cookies that follows redirects. */
  public static Browser at(String site) {
    return new Browser(site, HttpClient.Redirect.NORMAL);
  }

  /** Returns one that shows redirects. */
  public static Browser withoutRedirectsAt(String site) {
    return new Browser(site, HttpClient.Redirect.NEVER);
  }

  /**
   * @param accepted what it sends in {@code Accept-Language} from now on
   */
  public void prefer(String accepted) {
    languages = accepted;
  }

  public HttpResponse<String> open(String path) {
    return send(HttpRequest.newBuilder(URI.create(site + path)));
  }

  /** Sends a form. */
  public HttpResponse<String> press(String path, String form) {
    return send(
        HttpRequest.newBuilder(URI.create(site + path))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form)));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return http.send(
          request.header("Accept-Language", languages).build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }
}
