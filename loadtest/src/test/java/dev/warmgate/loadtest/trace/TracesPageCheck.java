package dev.warmgate.loadtest.trace;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import dev.warmgate.loadtest.http.ApiClient;
import dev.warmgate.loadtest.http.Json;
import dev.warmgate.loadtest.stack.Stack;
import dev.warmgate.loadtest.testkit.TestStack;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Checks that Zipkin's page shows the filters of a login in order. It is not named as a test
 * because it needs Zipkin's server: scripts/tests/traces-page.sh runs it.
 */
final class TracesPageCheck {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Pattern FILTER = Pattern.compile("filter ([a-z-]+)");
  private static final String[] ORDER = {
    "request-id", "fast-lane", "rate-limit", "authentication", "access-control", "ssrf-protection"
  };

  @TempDir private Path directory;

  @Test
  void showsTheFiltersOfALoginInOrder() throws Exception {
    Map<String, String> environment =
        Map.of("ZIPKIN_JAR", System.getenv("ZIPKIN_JAR"), "ZIPKIN_PORT", "0");
    try (Stack stack = TestStack.start(directory, environment)) {
      TracedClient client = new TracedClient(stack.address().baseUrl(), stack.spans());
      String credentials = TestStack.credentials("ada@example.com");
      client.post("/api/v1/auth/register", credentials);
      TracedClient.Traced login = client.post("/api/v1/auth/login", credentials);
      List<Span> sent = client.trace(login);
      String id = HexFormat.of().formatHex(sent.getFirst().getTraceId().toByteArray());
      String zipkin = stack.tracesUrl().orElseThrow();

      String stored =
          eventually(zipkin.replace("/zipkin/", "/api/v2/trace/" + id), "ssrf-protection");
      assertThat(Json.read(stored).size()).isEqualTo(sent.size());

      // The observatory's link must lead to the same page.
      assertThat(
              Json.read(get(stack.address().adminUrl() + "/observatory.json"))
                  .findValuesAsText("trace_url"))
          .contains(zipkin + "traces/{trace_id}");
      try (Playwright playwright = Playwright.create(withoutDownload())) {
        Page page = chromium(playwright).newPage(size());
        page.navigate(zipkin + "traces/" + id);
        page.getByText("filter ssrf-protection").first().waitFor();
        page.screenshot(
            new Page.ScreenshotOptions()
                .setFullPage(true)
                .setPath(Path.of("target", "zipkin-login.png")));

        assertThat(
                FILTER
                    .matcher(page.locator("body").innerText())
                    .results()
                    .map(MatchResult::group)
                    .map(name -> name.substring("filter ".length()))
                    .distinct())
            .containsExactly(ORDER);
      }
    }
  }

  private static String eventually(String url, String part) throws Exception {
    long end = System.nanoTime() + LIMIT.toNanos();
    String body = get(url);
    while (!body.contains(part) && System.nanoTime() < end) {
      Thread.sleep(100);
      body = get(url);
    }
    return body;
  }

  private static String get(String url) throws IOException, InterruptedException {
    try (ApiClient client = new ApiClient(url)) {
      return client.get("", "").body();
    }
  }

  private static Playwright.CreateOptions withoutDownload() {
    return new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"));
  }

  private static Browser chromium(Playwright playwright) {
    return playwright
        .chromium()
        .launch(
            new BrowserType.LaunchOptions()
                .setExecutablePath(Path.of(System.getProperty("chromium", "/usr/bin/chromium")))
                .setArgs(List.of("--headless", "--no-sandbox", "--disable-gpu")));
  }

  private static Browser.NewPageOptions size() {
    return new Browser.NewPageOptions().setViewportSize(1400, 1000);
  }
}
