package dev.warmgate.accountpage;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Browser;
import dev.warmgate.testkit.Mailed;
import dev.warmgate.testkit.RunningService;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Uses the pages as a browser does that runs no scripts. */
final class AccountPagesIT {
  private static final String NEW_PASSWORD = "seven quiet lanterns";
  private static final String APP = "https://app.example.com/welcome";

  @RegisterExtension
  static final RunningService SERVICE =
      Mailed.on(new RunningService())
          .onThePortOfItsIssuer()
          .with("proofs.redirect_urls", APP)
          .with("account_pages.name", "<b>Example</b>");

  private final ApiClient api = SERVICE.api();
  private final String email = newEmail();
  private final Browser browser = Browser.at(SERVICE.issuer());

  @Test
  void beginAtTheSignIn() {
    HttpResponse<String> page = browser.open("/account");

    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.uri().getPath()).isEqualTo("/account/sign-in");
    assertThat(page.headers().firstValue("Cache-Control")).hasValue("no-store");
    assertThat(page.body())
        .contains("Forgot your password?", "&lt;b&gt;Example&lt;/b&gt;")
        .doesNotContain("<b>Example", "style=", "onclick");
    assertThat(page.body().length()).isLessThan(20 * 1024);
  }

  @Test
  @Tag("quick")
  void registerAndShowTheSessionThatTheApiListsToo() {
    HttpResponse<String> account = register();

    assertThat(account.uri().toString()).endsWith("/account?done=registered");
    assertThat(account.body()).contains("Your account is ready.", email, "this browser");
    String token = api.login(email, PASSWORD).text("access_token");
    assertThat(api.get("/api/v1/auth/sessions", token).body().path("sessions")).hasSize(2);
  }

  @Test
  void sayThatPasskeysNeedAName() {
    register();

    assertThat(browser.open("/account/factors").body())
        .contains("they need an address with a name", "Add an authenticator app")
        .doesNotContain("Add a passkey");
  }

  @Test
  void keepWhatWasEnteredButThePassword() {
    register();
    Browser other = Browser.at(SERVICE.issuer());
    other.open("/account/sign-in");

    HttpResponse<String> page = other.press("/account/sign-in", credentials("wrong password"));

    assertThat(page.statusCode()).isEqualTo(403);
    assertThat(page.body())
        .contains("The address or the password is wrong.", "value=\"" + email + "\"")
        .doesNotContain("wrong password\"");
  }

  @Test
  void endTheSessionOfAnApp() {
    register();
    String token = api.login(email, PASSWORD).text("access_token");
    String end = first("action=\"(/account/sessions/[^\"]+/end)\"", browser.open("/account"));

    assertThat(browser.press(end, "").body()).contains("The session has ended.");

    assertThat(api.me(token).code()).isEqualTo("session_ended");
    assertThat(browser.open("/account").body()).doesNotContain("/end\"");
  }

  @Test
  void areEndedByTheApi() {
    register();
    String token = api.login(email, PASSWORD).text("access_token");
    api.post("/api/v1/auth/logout?scope=others", token, java.util.Map.of());

    assertThat(browser.open("/account").uri().getPath()).isEqualTo("/account/sign-in");
    assertThat(browser.cookie("warmgate-session")).isEmpty();
  }

  @Test
  void askForThePasswordOnceTheSignInIsOld() {
    register();
    api.login(email, PASSWORD);
    age();

    browser.open("/account");
    HttpResponse<String> asked = browser.press("/account/sessions/end-others", "");
    assertThat(asked.body()).contains("Confirm that it is you", "type=\"password\"");
    assertThat(browser.press("/account/sessions/end-others", "password=wrong").body())
        .contains("The password is wrong.");
    assertThat(
            browser.press("/account/sessions/end-others", "password=" + encoded(PASSWORD)).body())
        .contains("All other sessions have ended.");
  }

  @Test
  void renewASessionWhoseAccessTokenHasExpired() {
    register();
    String before = browser.cookie("warmgate-session").orElseThrow();
    age();

    assertThat(browser.open("/account").uri().getPath()).isEqualTo("/account");
    assertThat(browser.cookie("warmgate-session").orElseThrow()).isNotEqualTo(before);
    assertThat(browser.open("/account").body()).contains(email);
  }

  @Test
  void changeThePasswordAndEndAllOtherSessions() {
    register();
    String token = api.login(email, PASSWORD).text("access_token");
    browser.open("/account/password");

    assertThat(
            browser
                .press(
                    "/account/password",
                    "password=" + encoded(PASSWORD) + "&new_password=" + encoded(NEW_PASSWORD))
                .body())
        .contains("Your password is changed.");
    assertThat(api.me(token).code()).isEqualTo("session_ended");
    assertThat(api.login(email, NEW_PASSWORD).status()).isEqualTo(200);
    assertThat(browser.open("/account").body()).contains(email);
  }

  @ParameterizedTest
  @CsvSource({
    "short, must have 8 to 256 characters",
    "password123, one of the most common passwords",
    "warmgate-2026, little more than the name of this service"
  })
  void sayWhyAPasswordIsRefused(String password, String why) {
    browser.open("/account/register");

    HttpResponse<String> page = browser.press("/account/register", credentials(password));

    assertThat(page.statusCode()).isEqualTo(422);
    assertThat(page.body()).contains(why, "aria-invalid=\"true\"");
  }

  @Test
  void takeAnEmptyTargetForNone() {
    assertThat(browser.open("/account/sign-in?redirect_to=").statusCode()).isEqualTo(200);
    assertThat(browser.open("/account/sign-in?redirect_to=https://evil.example").statusCode())
        .isEqualTo(422);
  }

  @Test
  void deleteTheAccount() {
    register();
    browser.open("/account/delete");
    assertThat(browser.press("/account/delete", "password=wrong").body())
        .contains("The password is wrong.");

    HttpResponse<String> page = browser.press("/account/delete", "password=" + encoded(PASSWORD));

    assertThat(page.body()).contains("Your account is deleted.");
    assertThat(api.login(email, PASSWORD).status()).isEqualTo(401);
  }

  @Test
  void leadOnlyToUrlsOfTheList() {
    api.register(email);
    Browser browser = Browser.withoutRedirectsAt(SERVICE.issuer());
    assertThat(browser.open("/account/sign-in?redirect_to=https://evil.example/").statusCode())
        .isEqualTo(422);
    assertThat(browser.open("/account/sign-in?redirect_to=" + encoded(APP + "/more")).statusCode())
        .isEqualTo(422);
    browser.open("/account/sign-in?redirect_to=" + encoded(APP));

    HttpResponse<String> done =
        browser.press("/account/sign-in", credentials(PASSWORD) + "&redirect_to=" + encoded(APP));

    assertThat(done.statusCode()).isEqualTo(303);
    assertThat(done.headers().firstValue("Location")).hasValue(APP);
    Browser other = Browser.at(SERVICE.issuer());
    other.open("/account/sign-in");
    assertThat(
            other
                .press(
                    "/account/sign-in",
                    credentials(PASSWORD) + "&redirect_to=" + encoded("https://evil.example/"))
                .statusCode())
        .isEqualTo(422);
  }

  @ParameterizedTest
  @CsvSource({
    "'', 'de-AT,de;q=0.9,en;q=0.8', Anmelden",
    "'', 'fr,en;q=0.5', Sign in",
    "'', 'x;q=y', Sign in",
    "?lang=de, en, Anmelden",
    "?lang=tlh, de, Anmelden"
  })
  void speakTheLanguageOfThePerson(String query, String accepted, String title) {
    Browser browser = Browser.at(SERVICE.issuer(), "Accept-Language", accepted);

    assertThat(browser.open("/account/sign-in" + query).body()).contains("<h1>" + title + "</h1>");
    assertThat(browser.open("/account/sign-in").body()).contains("<h1>" + title + "</h1>");
  }

  @Test
  void speakTheLanguageOfTheAccountAfterTheSignIn() {
    api.post(
        "/api/v1/auth/register",
        java.util.Map.of("email", email, "password", PASSWORD, "locale", "de-CH"));
    browser.open("/account/sign-in");

    assertThat(browser.press("/account/sign-in", credentials(PASSWORD)).body())
        .contains("<h1>Ihr Konto</h1>");
  }

  @Test
  void sayInWordsWhatWentWrongWithTheIdOfTheRequest() {
    HttpResponse<String> page =
        Browser.at(SERVICE.issuer(), "Accept-Language", "de").open("/account/nowhere");

    assertThat(page.statusCode()).isEqualTo(404);
    assertThat(page.headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
    assertThat(page.body())
        .contains(
            "Diese Seite gibt es nicht.", page.headers().firstValue("X-Request-Id").orElseThrow());
  }

  @Test
  void loadAssetsThatBrowsersMayKeep() {
    String style =
        first("href=\"(/account/assets/page-[0-9a-f]+\\.css)\"", browser.open("/account"));

    HttpResponse<String> asset = browser.open(style);

    assertThat(asset.headers().firstValue("Cache-Control"))
        .hasValue("public, max-age=31536000, immutable");
    assertThat(asset.headers().firstValue("Content-Type").orElse("")).startsWith("text/css");
    assertThat(asset.body()).contains("#1d5fbf").doesNotContain("{{");
    assertThat(browser.open("/account/assets/page.css").statusCode()).isEqualTo(404);
  }

  /** Makes the session older than five minutes, and its access token one that needs renewal. */
  private void age() {
    SERVICE.sql(
        "UPDATE session SET created_at = created_at - INTERVAL '10 min' WHERE account_id ="
            + " (SELECT id FROM account WHERE email = ?)",
        email);
    String refresh = browser.cookie("warmgate-session").orElseThrow().split("~", -1)[1];
    browser.set("warmgate-session", "a.b.c~" + refresh);
  }

  private HttpResponse<String> register() {
    browser.open("/account/register");
    return browser.press("/account/register", credentials(PASSWORD));
  }

  private String credentials(String password) {
    return "email=" + encoded(email) + "&password=" + encoded(password);
  }

  private static String first(String pattern, HttpResponse<String> page) {
    Matcher found = Pattern.compile(pattern).matcher(page.body());
    assertThat(found.find()).as(page.body()).isTrue();
    return found.group(1);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
