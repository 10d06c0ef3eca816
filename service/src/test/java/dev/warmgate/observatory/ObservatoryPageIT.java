package dev.warmgate.observatory;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.ColorScheme;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Chromium;
import dev.warmgate.testkit.RunningService;
import dev.warmgate.testkit.Sample;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class ObservatoryPageIT {
  private static final String LOGIN = "POST /api/v1/auth/login";
  private static final String TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String[] ORDER = {
    "request-id", "fast-lane", "rate-limit", "authentication", "access-control", "ssrf-protection"
  };

  @RegisterExtension
  static final RunningService SERVICE =
      new RunningService()
          .with("switches.rate_limits", "true")
          .with("rate_limits.login", "100/1m")
          .with("observatory.trace_url", "http://traces.invalid/trace/{trace_id}");

  @RegisterExtension static final Chromium CHROMIUM = new Chromium();

  private final List<String> errors = new ArrayList<>();
  private BrowserContext context;

  @BeforeAll
  static void callEverything() {
    ApiClient api = SERVICE.api();
    String email = ApiClient.newEmail();
    String token = api.register(email).text("access_token");
    for (int i = 0; i < 12; i++) {
      api.login(email, i == 4 ? "wrong" : ApiClient.PASSWORD);
      api.me(token);
      api.get("/api/v1/auth/ping");
      api.get("/api/v1/auth/sessions", i == 7 ? "not.a.token" : token);
    }
    api.get("/nowhere");
  }

  @AfterEach
  void close() {
    context.close();
    // The console shows violations of the content security policy and failed scripts.
    assertThat(errors).isEmpty();
  }

  @Test
  void showsTheFiltersOfALoginInOrderAndTheHeavyOnesAsBypassed() {
    Page page = open(1400, ColorScheme.LIGHT);

    Locator filters = page.locator("#filters > li");
    assertThat(page.locator("#waterfall h3")).containsText("login");
    assertThat(filters).hasCount(6);
    for (int i = 0; i < ORDER.length; i++) {
      assertThat(filters.nth(i)).hasAttribute("data-filter", ORDER[i]);
      assertThat(filters.nth(i)).hasAttribute("data-order", String.valueOf(i + 1));
      assertThat(filters.nth(i)).hasAttribute("data-outcome", i < 4 ? "passed" : "bypassed");
    }
    assertThat(page.locator("#filters rect.bypassed")).hasCount(2);
    assertThat(page.locator("#time [data-kind=hashing_compute]")).isVisible();
    assertThat(page.locator("#time [data-kind=database]").first()).containsText("CredentialsDao");
    assertThat(page.locator("#verdict")).containsText("In order: all ");
    assertThat(page.locator("#order tbody tr.agree")).hasCount(6);
  }

  @Test
  void filtersByLaneEndpointAndDuration() {
    Page page = open(1400, ColorScheme.LIGHT);

    page.getByText("Full", new Page.GetByTextOptions().setExact(true)).click();
    assertThat(page.locator("#endpoint option")).not().containsText(new String[] {LOGIN});
    page.locator("#endpoint").selectOption("GET /api/v1/auth/sessions");
    assertThat(page.locator("#filters > li[data-outcome=passed]")).hasCount(6);

    // Not the text of the whole button: a time that ends in 40, before 1.2 ms, has 401 in it, too.
    page.locator("#requests button:has(.status:text-is('401'))").click();
    assertThat(page.locator("#filters > li[data-outcome=rejected]"))
        .hasAttribute("data-filter", "authentication");
    assertThat(page.locator("#filters > li[data-outcome=not-reached]")).hasCount(2);
    takeScreenshot(page, "rejected");

    page.getByText("Slowest", new Page.GetByTextOptions().setExact(true)).click();
    assertThat(page.locator("#requests button")).hasCount(5);
  }

  @Test
  void worksWithTheKeyboardAndKeepsTheFocusWhenItPolls() {
    Page page = open(1400, ColorScheme.LIGHT);
    page.locator("#requests button").nth(2).focus();
    page.keyboard().press("Enter");
    assertThat(page.locator("#requests button").nth(2)).hasAttribute("aria-pressed", "true");

    String before = page.locator("#waterfall").getAttribute("data-key");
    page.waitForResponse("**/observatory.json", () -> {});

    assertThat(page.locator("#requests button").nth(2)).isFocused();
    assertThat(page.locator("#waterfall")).hasAttribute("data-key", before);

    page.getByText("Follow the latest again").press("Enter");
    assertThat(page.locator("#requests button").first()).hasAttribute("aria-pressed", "true");
  }

  @Test
  void linksTheTraceIfThereIsOne() {
    Page page = open(1400, ColorScheme.LIGHT, ObservatoryPageIT::withTrace);

    assertThat(page.locator("#trace-id")).hasText(TRACE_ID);
    assertThat(page.getByText("Open trace"))
        .hasAttribute("href", "http://traces.invalid/trace/" + TRACE_ID);
    page.getByLabel("Copy the trace id").click();
    assertThat(page.locator("#waterfall button")).hasText("Copied");
    assertThat(page.evaluate("navigator.clipboard.readText()")).isEqualTo(TRACE_ID);
  }

  @Test
  void marksABrokenFilterOrder() {
    Page page =
        open(
            1400,
            ColorScheme.LIGHT,
            route ->
                rewrite(
                    route,
                    "\"registered\":[{\"name\":\"request-id\",\"priority\":100}",
                    "\"registered\":[{\"name\":\"rate-limit\",\"priority\":100}",
                    "\"in_order\":true",
                    "\"in_order\":false"));

    assertThat(page.locator("#order tbody tr.differ")).hasCount(1);
    assertThat(page.locator("#verdict")).hasText("Not in order");
    takeScreenshot(page, "broken-order");
  }

  @Test
  void marksTheMinutesInWhichLoginsExceededTheThreshold() {
    Instant now = Instant.now();
    String minutes =
        IntStream.range(0, 15)
            .mapToObj(i -> {
              double p50 = 28 + 4 * Math.sin(i);
              double p95 = i == 6 || i == 7 ? 900 * (i - 4) : 45 + 12 * Math.cos(i);
              Instant at = now.minusSeconds(60L * (14 - i));
              return "{\"at\":\"%s\",\"answered\":%d,\"p50_ms\":%.1f,\"p95_ms\":%.1f,\"max_ms\":%.1f}"
                  .formatted(at, 40 + i, p50, p95, p95);
            })
            .collect(Collectors.joining(",", "\"minutes\":[", ","));
    Page page = open(1400, ColorScheme.LIGHT, route -> rewrite(route, "\"minutes\":[", minutes));

    assertThat(page.locator("#login circle.over")).hasCount(2);
    takeScreenshot(page, "over-the-line");
  }

  @Test
  void reportsAnUnreachableServiceAndRecovers() {
    Page page = open(1400, ColorScheme.DARK);

    page.route("**/observatory.json", Route::abort);
    assertThat(page.locator("#live-text")).hasText("Unreachable");
    assertThat(page.getByRole(com.microsoft.playwright.options.AriaRole.ALERT))
        .containsText("cannot be reached");
    takeScreenshot(page, "unreachable");

    page.unroute("**/observatory.json");
    assertThat(page.locator("#live-text")).hasText("Live");
    errors.removeIf(text -> text.contains("net::ERR_FAILED"));
  }

  static Stream<Arguments> windows() {
    return Sample.of(
        "windows of the observatory",
        2,
        List.of(
            arguments("light-wide", ColorScheme.LIGHT, 1400),
            arguments("dark-wide", ColorScheme.DARK, 1400),
            arguments("light-narrow", ColorScheme.LIGHT, 420),
            arguments("dark-narrow", ColorScheme.DARK, 420),
            arguments("light-medium", ColorScheme.LIGHT, 900)));
  }

  @ParameterizedTest
  @MethodSource("windows")
  void fitsItsWindow(String name, ColorScheme scheme, int width) {
    Page page = open(width, scheme, ObservatoryPageIT::withTrace);

    takeScreenshot(page, name);

    assertThat(page.evaluate("document.documentElement.scrollWidth")).isEqualTo(width);
  }

  private Page open(int width, ColorScheme scheme) {
    return open(width, scheme, Route::resume);
  }

  private Page open(int width, ColorScheme scheme, java.util.function.Consumer<Route> onReport) {
    context =
        CHROMIUM
            .browser()
            .newContext(
                new Browser.NewContextOptions()
                    .setViewportSize(width, 900)
                    .setColorScheme(scheme)
                    .setDeviceScaleFactor(width < 800 ? 2 : 1)
                    .setPermissions(List.of("clipboard-read", "clipboard-write")));
    Page page = context.newPage();
    page.onConsoleMessage(message -> {
      if (message.type().equals("error")) {
        errors.add(message.text());
      }
    });
    page.onPageError(errors::add);
    page.route("**/observatory.json", onReport);
    page.navigate("http://127.0.0.1:" + SERVICE.adminPort() + "/observatory");
    assertThat(page.locator("#live-text")).hasText("Live");
    return page;
  }

  private static void withTrace(Route route) {
    rewrite(route, "\"trace_id\":null", "\"trace_id\":\"" + TRACE_ID + "\"");
  }

  /** Replaces parts of the report, for states that the running service does not have. */
  private static void rewrite(Route route, String... replacements) {
    var response = route.fetch();
    String body = response.text();
    for (int i = 0; i < replacements.length; i += 2) {
      body = body.replace(replacements[i], replacements[i + 1]);
    }
    route.fulfill(new Route.FulfillOptions().setResponse(response).setBody(body));
  }

  /** Keeps what is shown, for people to look at, in a run that may take its time. */
  private static void takeScreenshot(Page page, String name) {
    if (Boolean.getBoolean("tests.full")) {
      page.screenshot(
          new Page.ScreenshotOptions()
              .setFullPage(true)
              .setPath(Path.of("target", "observatory-" + name + ".png")));
    }
  }
}
