package dev.warmgate.accountpage;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.request.Page;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Browser;
import dev.warmgate.testkit.Resources;
import dev.warmgate.testkit.RunningService;
import jakarta.ws.rs.POST;
import java.net.URLEncoder;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Attacks the pages from other sites, and with the cookies of others. */
final class AccountPageSecurityIT {
  private static final String APP = "https://app.example.com";

  @RegisterExtension
  static final RunningService SERVICE =
      new RunningService()
          .onThePortOfItsIssuer()
          .with("cors.allowed_origins", APP)
          .with("switches.rate_limits", "true")
          .with("rate_limits.register", "1000/1m")
          .with("rate_limits.login", "1000/1m");

  private final ApiClient api = SERVICE.api();
  private final String email = newEmail();
  private final Browser browser = Browser.at(SERVICE.issuer());

  @Test
  void takeEveryFormAsOneThatWasChecked() {
    List<String> unchecked =
        Resources.all().stream()
            .filter(type -> type.isAnnotationPresent(Page.class))
            .flatMap(type -> Stream.of(type.getDeclaredMethods()))
            .filter(method -> method.isAnnotationPresent(POST.class))
            .filter(method -> !Arrays.asList(method.getParameterTypes()).contains(PageForm.class))
            .map(Object::toString)
            .toList();

    assertThat(unchecked).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/account/sign-in",
        "/account/sign-in/passkey",
        "/account/second-step",
        "/account/register",
        "/account/forgot",
        "/account/code",
        "/account/link/reset"
      })
  void refuseFormsWithoutATokenAlsoBeforeTheSignIn(String path) {
    browser.open("/account/sign-in");

    for (String token : List.of("", "form=", "form=AAAA", "form=" + "A".repeat(64))) {
      HttpResponse<String> page = browser.post(path, credentials(PASSWORD) + "&" + token);
      assertThat(page.statusCode()).as(token).isEqualTo(403);
      assertThat(page.body()).contains("did not come from this page");
    }
  }

  @Test
  void refuseTheTokenOfAnotherBrowser() {
    api.register(email);
    Browser attacker = Browser.at(SERVICE.issuer());
    attacker.open("/account/sign-in");
    browser.open("/account/sign-in");

    HttpResponse<String> page =
        browser.post("/account/sign-in", credentials(PASSWORD) + "&form=" + attacker.token());

    assertThat(page.statusCode()).isEqualTo(403);
    assertThat(browser.cookie("warmgate-session")).isEmpty();
  }

  /** Any host of the domain can set a cookie whose value has a comma. */
  @Test
  void takeNoCookieOutOfAnotherOnesValue() {
    register();
    String session = browser.cookie("warmgate-session").orElseThrow();
    Browser victim = Browser.at(SERVICE.issuer());
    victim.set("theme", "a,warmgate-session=" + session);

    assertThat(victim.open("/account").uri().getPath()).isEqualTo("/account/sign-in");
  }

  @Test
  void refuseTheTokenOfTheSessionBefore() {
    register();
    String before = browser.open("/account").body().isEmpty() ? "" : browser.token();
    browser.press("/account/sign-out", "");
    signIn();

    assertThat(browser.post("/account/sign-out", "form=" + before).statusCode()).isEqualTo(403);
    assertThat(browser.open("/account").uri().getPath()).isEqualTo("/account");
  }

  @ParameterizedTest
  @ValueSource(strings = {"cross-site", "same-site", "none"})
  void refuseFormsOfOtherSites(String site) {
    register();
    browser.open("/account");

    assertThat(
            browser
                .post("/account/sign-out", "form=" + browser.token(), "Sec-Fetch-Site", site)
                .statusCode())
        .isEqualTo(403);
    assertThat(
            browser
                .post(
                    "/account/sign-out",
                    "form=" + browser.token(),
                    "Origin",
                    "https://evil.example")
                .statusCode())
        .isEqualTo(403);
    assertThat(
            browser
                .post(
                    "/account/sign-out",
                    "form=" + browser.token(),
                    "Origin",
                    "null",
                    "Sec-Fetch-Site",
                    "same-origin")
                .uri()
                .getPath())
        .isEqualTo("/account/sign-in");
  }

  @Test
  void giveTheBrowserAnotherSessionAtEachSignIn() {
    Browser attacker = Browser.at(SERVICE.issuer());
    String own = newEmail();
    api.register(own);
    attacker.open("/account/sign-in");
    attacker.press("/account/sign-in", credentials(own, PASSWORD));
    String planted = attacker.cookie("warmgate-session").orElseThrow();
    api.register(email);
    browser.set("warmgate-session", planted);
    // It is the attacker's, and the page says so.
    assertThat(browser.open("/account").body()).contains(own);

    browser.press("/account/sign-out", "");
    signIn();

    assertThat(browser.cookie("warmgate-session").orElseThrow()).isNotEqualTo(planted);
    assertThat(browser.open("/account").body()).contains(email).doesNotContain(own);
    attacker.set("warmgate-session", planted);
    assertThat(attacker.open("/account").body()).doesNotContain(email);
  }

  @Test
  void endTheSessionThatAnotherSignInReplaces() {
    register();
    String first = browser.cookie("warmgate-session").orElseThrow();
    String second = newEmail();
    browser.open("/account/register");
    browser.press("/account/register", credentials(second, PASSWORD));

    Browser thief = Browser.at(SERVICE.issuer());
    thief.set("warmgate-session", first);

    assertThat(thief.open("/account").uri().getPath()).isEqualTo("/account/sign-in");
    assertThat(browser.open("/account").body()).contains(second);
  }

  @Test
  void showNothingAfterTheSignOut() {
    register();
    String session = browser.cookie("warmgate-session").orElseThrow();
    browser.open("/account");
    assertThat(browser.press("/account/sign-out", "").body()).contains("You have signed out.");

    browser.set("warmgate-session", session);

    assertThat(browser.open("/account").uri().getPath()).isEqualTo("/account/sign-in");
  }

  @Test
  void keepTheCookieFromTheApiAndTheTokenFromThePages() {
    register();
    String session = browser.cookie("warmgate-session").orElseThrow();

    assertThat(api.with("Cookie", "warmgate-session=" + session).get("/api/v1/auth/me").code())
        .isEqualTo("missing_token");
    Browser other =
        Browser.at(SERVICE.issuer(), "Authorization", "Bearer " + session.split("~", -1)[0]);
    assertThat(other.open("/account").uri().getPath()).isEqualTo("/account/sign-in");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/account", "//account/sign-in", "/account/sign-in", "/account/nowhere"})
  void areNotCoveredByCors(String path) {
    HttpResponse<String> answer = Browser.at(SERVICE.issuer(), "Origin", APP).open(path);
    Answer preflight =
        api.send(
            api.request("OPTIONS", path, null, null)
                .header("Origin", APP)
                .header("Access-Control-Request-Method", "POST"));

    for (HttpHeaders headers : List.of(answer.headers(), preflight.headers())) {
      assertThat(headers.map().keySet()).noneMatch(name -> name.startsWith("access-control"));
    }
  }

  @Test
  void cannotBeFramedAndRunOnlyTheirOwnScript() {
    HttpResponse<String> page = browser.open("/account/sign-in");

    assertThat(page.headers().firstValue("Content-Security-Policy"))
        .hasValue(
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action"
                + " 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for"
                + " 'script'");
    assertThat(page.headers().map())
        .containsEntry("x-frame-options", List.of("DENY"))
        .containsEntry("referrer-policy", List.of("no-referrer"))
        .containsEntry("cross-origin-opener-policy", List.of("same-origin"))
        .containsEntry("cross-origin-resource-policy", List.of("same-origin"))
        .containsEntry("x-content-type-options", List.of("nosniff"));
  }

  @Test
  void limitGuessesAsTheApiDoes() {
    api.register(email);
    browser.open("/account/sign-in");
    HttpResponse<String> page = null;
    for (int i = 0; i < 11; i++) {
      page = browser.press("/account/sign-in", credentials("wrong password"));
    }

    assertThat(page.statusCode()).isEqualTo(429);
    assertThat(page.headers().firstValue("Retry-After")).isPresent();
    assertThat(page.body()).contains("Too many attempts.");
    assertThat(api.login(email, PASSWORD).status()).isEqualTo(429);
  }

  @Test
  void stayUpWithGarbageForCookies() {
    for (String name :
        List.of("session", "form", "link", "pending", "second-step", "device", "language")) {
      for (String value : List.of("~", "a~b", "%00", "x".repeat(3000))) {
        for (String path :
            List.of("/account", "/account/sign-in", "/account/second-step", "/account/code")) {
          String cookie = "warmgate-" + name + "=" + value;
          assertThat(Browser.at(SERVICE.issuer(), "Cookie", cookie).open(path).statusCode())
              .as(cookie + " " + path)
              .isLessThan(500);
        }
      }
    }
  }

  private HttpResponse<String> register() {
    browser.open("/account/register");
    return browser.press("/account/register", credentials(PASSWORD));
  }

  private HttpResponse<String> signIn() {
    browser.open("/account/sign-in");
    return browser.press("/account/sign-in", credentials(PASSWORD));
  }

  private String credentials(String password) {
    return credentials(email, password);
  }

  private static String credentials(String address, String password) {
    return "email=%s&password=%s"
        .formatted(
            URLEncoder.encode(address, StandardCharsets.UTF_8),
            URLEncoder.encode(password, StandardCharsets.UTF_8));
  }
}
