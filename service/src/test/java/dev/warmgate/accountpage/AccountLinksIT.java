package dev.warmgate.accountpage;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Browser;
import dev.warmgate.testkit.Mailed;
import dev.warmgate.testkit.RawHttp;
import dev.warmgate.testkit.RunningService;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Opens the links of mails as a browser does, with cookies and redirects. */
final class AccountLinksIT {
  private static final String NEW_PASSWORD = "seven quiet lanterns";
  private static final String APP = "https://app.example.com/signed-in";

  @RegisterExtension
  static final RunningService SERVICE =
      Mailed.on(new RunningService())
          .onThePortOfItsIssuer()
          .with("mail.site_url", "https://app.example.com")
          .with("proofs.redirect_urls", APP)
          .with("proofs.email_login", "true");

  private final ApiClient api = SERVICE.api();
  private final String email = newEmail();
  private final Browser browser = Browser.at(SERVICE.issuer());

  AccountLinksIT() {
    api.register(email);
  }

  @Test
  void takesTheSecretOutOfTheUrl() {
    HttpResponse<String> first =
        Browser.withoutRedirectsAt(SERVICE.issuer())
            .open("/account/link/reset?token=" + forgot().token());

    assertThat(first.statusCode()).isEqualTo(303);
    assertThat(first.headers().firstValue("Location")).hasValue("/account/link/reset");
    assertThat(first.headers().firstValue("Set-Cookie").orElse(""))
        .contains("HttpOnly", "SameSite=Lax", "Path=/")
        .doesNotContain("Secure");
    assertThat(first.headers().firstValue("Referrer-Policy")).hasValue("no-referrer");
  }

  @Test
  void neverBelievesTheHost() throws Exception {
    try (RawHttp.Connection connection = RawHttp.connect("127.0.0.1", SERVICE.port())) {
      connection.send(
          "GET /account/link/reset?token=x HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");

      assertThat(connection.answer().header("Location")).isEqualTo("/account/link/reset");
    }
  }

  @Test
  void usesTheLinkWithItsButtonOnlyAndSignsIn() {
    Mailed mail = forgot();
    for (int scans = 0; scans < 3; scans++) {
      HttpResponse<String> page = open("reset", mail);
      assertThat(page.statusCode()).isEqualTo(200);
      assertThat(page.uri().getQuery()).isNull();
      assertThat(page.body()).contains("Set a new password", email).doesNotContain(mail.token());
    }
    assertThat(api.login(email, PASSWORD).status()).isEqualTo(200);

    HttpResponse<String> done = press("reset", "new_password=" + encoded(NEW_PASSWORD));

    assertThat(done.uri().getPath()).isEqualTo("/account");
    assertThat(done.body())
        .contains("Your password is set.", email, "https://app.example.com", "this browser");
    assertThat(api.login(email, NEW_PASSWORD).status()).isEqualTo(200);
    assertThat(open("reset", mail).body()).contains("This link is not valid any more");
  }

  @Test
  void saysWhatIsWrongWithAPasswordAndKeepsTheLink() {
    open("reset", forgot());

    HttpResponse<String> weak = press("reset", "new_password=short");
    assertThat(weak.statusCode()).isEqualTo(422);
    assertThat(weak.body()).contains("role=\"alert\"", "must have 8 to 256 characters");
    assertThat(press("reset", "").body()).contains("Fill in this field.");
    assertThat(press("reset", "new_password=" + encoded(NEW_PASSWORD)).uri().getPath())
        .isEqualTo("/account");
  }

  @Test
  void handsTheTokenOfASignInToTheApplicationThatAskedForIt() {
    api.post("/api/v1/auth/email-login", Map.of("email", email, "redirect_to", APP));
    Mailed mail = Mailed.newest(SERVICE, email, "sign-in");

    HttpResponse<String> page = open("sign-in", mail);

    assertThat(page.body())
        .contains("action=\"" + APP + "\"", mail.token(), "Sign in as " + email)
        .doesNotContain("name=\"form\"");
    assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
        .contains("form-action 'self' https://app.example.com;");
    assertThat(api.post("/api/v1/auth/email-login/verify", Map.of("token", mail.token())).status())
        .isEqualTo(200);
  }

  @Test
  void signsInByMailWhereItWasAskedForOnThePages() {
    browser.open("/account/mail-sign-in");
    assertThat(browser.press("/account/mail-sign-in", "email=" + encoded(email)).body())
        .contains("Check your e-mail");

    open("sign-in", Mailed.newest(SERVICE, email, "sign-in"));
    HttpResponse<String> done = press("sign-in", "");

    assertThat(done.uri().getPath()).isEqualTo("/account");
    assertThat(done.body()).contains(email);
  }

  @Test
  void keepsLinksOfSeveralKindsApart() {
    open("reset", forgot());
    api.post("/api/v1/auth/email-login", Map.of("email", email, "redirect_to", APP));
    open("sign-in", Mailed.newest(SERVICE, email, "sign-in"));
    browser.open("/account/link/reset");

    assertThat(press("reset", "new_password=" + encoded(NEW_PASSWORD)).uri().getPath())
        .isEqualTo("/account");
    assertThat(api.login(email, NEW_PASSWORD).status()).isEqualTo(200);
  }

  @Test
  void usesNoOtherLinkThanTheOneItShows() {
    String other = newEmail();
    api.register(other);
    api.post("/api/v1/auth/forgot", Map.of("email", other));
    HttpResponse<String> own = open("reset", forgot());
    String form = "new_password=" + encoded(NEW_PASSWORD) + "&form=" + browser.token();
    Matcher link = Pattern.compile("name=\"link\" value=\"([^\"]+)\"").matcher(own.body());
    assertThat(link.find()).isTrue();

    open("reset", Mailed.newest(SERVICE, other, "reset"));
    HttpResponse<String> page =
        browser.post("/account/link/reset", form + "&link=" + link.group(1));

    assertThat(page.statusCode()).isEqualTo(409);
    assertThat(page.body()).contains("Another link was opened in this browser", other);
    assertThat(api.login(email, PASSWORD).status()).isEqualTo(200);
    assertThat(api.login(other, PASSWORD).status()).isEqualTo(200);
    assertThat(Browser.at(SERVICE.issuer()).open("/account/link/reset").body())
        .contains("Open the link again");
  }

  @Test
  void keepsTheLinkWhenItsFormIsRefused() {
    open("reset", forgot());
    assertThat(press("reset", "new_password=short").body()).contains("password");

    assertThat(press("reset", "new_password=" + encoded(NEW_PASSWORD)).uri().getPath())
        .isEqualTo("/account");
  }

  @Test
  void isNoPageForOtherNames() {
    HttpResponse<String> page = browser.open("/account/link/password-changed");

    assertThat(page.statusCode()).isEqualTo(404);
    assertThat(page.body()).contains("There is no such page.");
  }

  private Mailed forgot() {
    api.post("/api/v1/auth/forgot", Map.of("email", email));
    return Mailed.newest(SERVICE, email, "reset");
  }

  private HttpResponse<String> open(String kind, Mailed mail) {
    return browser.open("/account/link/" + kind + "?token=" + mail.token());
  }

  private HttpResponse<String> press(String kind, String form) {
    return browser.press("/account/link/" + kind, form);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
