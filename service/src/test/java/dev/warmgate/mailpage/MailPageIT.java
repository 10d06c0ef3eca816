package dev.warmgate.mailpage;

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
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Opens the pages as a browser does, with cookies and redirects. */
@Tag("quick")
final class MailPageIT {
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

  MailPageIT() {
    api.register(email);
  }

  @Test
  void takesTheSecretOutOfTheUrl() throws Exception {
    HttpResponse<String> first =
        Browser.withoutRedirectsAt(SERVICE.issuer()).open("/mail/reset?token=" + forgot().token());

    assertThat(first.statusCode()).isEqualTo(303);
    assertThat(first.headers().firstValue("Location")).hasValue(SERVICE.issuer() + "/mail/reset");
    assertThat(first.headers().firstValue("Set-Cookie").orElse(""))
        .contains("HttpOnly", "SameSite=Lax", "Path=/mail")
        .doesNotContain("Secure");
    assertThat(first.headers().firstValue("Referrer-Policy")).hasValue("no-referrer");
  }

  @Test
  void neverBelievesTheHost() throws Exception {
    try (RawHttp.Connection connection = RawHttp.connect("127.0.0.1", SERVICE.port())) {
      connection.send(
          "GET /mail/reset?token=x HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");

      assertThat(connection.answer().header("Location"))
          .isEqualTo(SERVICE.issuer() + "/mail/reset");
    }
  }

  @Test
  void refusesFormsOfOtherOrigins() throws Exception {
    Mailed mail = forgot();
    String form = "password=" + encoded(NEW_PASSWORD);
    for (String header :
        List.of(
            "Sec-Fetch-Site: same-site",
            "Sec-Fetch-Site: cross-site",
            "Sec-Fetch-Site: none",
            "Origin: http://127.0.0.1:1")) {
      try (RawHttp.Connection connection = RawHttp.connect("127.0.0.1", SERVICE.port())) {
        connection.send(
            "POST /mail/reset HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
                + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: "
                + form.length()
                + "\r\nCookie: warmgate_mail="
                + mail.token()
                + "\r\n"
                + header
                + "\r\n\r\n"
                + form);

        assertThat(connection.answer().status()).as(header).isEqualTo(403);
      }
    }
    assertThat(api.login(email, PASSWORD).status()).isEqualTo(200);
  }

  @Test
  void usesTheLinkWithItsButtonOnly() throws Exception {
    Mailed mail = forgot();
    for (int scans = 0; scans < 3; scans++) {
      HttpResponse<String> page = open("reset", mail);
      assertThat(page.statusCode()).isEqualTo(200);
      assertThat(page.uri().getQuery()).isNull();
      assertThat(page.body()).contains("Set a new password", email).doesNotContain(mail.token());
    }
    assertThat(api.login(email, PASSWORD).status()).isEqualTo(200);

    HttpResponse<String> done = press("reset", "password=" + encoded(NEW_PASSWORD));

    assertThat(done.statusCode()).isEqualTo(200);
    assertThat(done.body()).contains("Your password is set", "https://app.example.com");
    assertThat(api.login(email, NEW_PASSWORD).status()).isEqualTo(200);
    assertThat(open("reset", mail).statusCode()).isEqualTo(403);
    assertThat(press("reset", "password=" + encoded(PASSWORD)).body())
        .contains("This link is not valid any more");
  }

  @Test
  void loadsNothingAndRunsNothing() throws Exception {
    HttpResponse<String> page = open("reset", forgot());

    assertThat(page.headers().firstValue("Content-Security-Policy"))
        .hasValue(
            "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none';"
                + " frame-ancestors 'none'");
    assertThat(page.headers().firstValue("Cache-Control")).hasValue("no-store");
    assertThat(page.headers().firstValue("X-Frame-Options")).hasValue("DENY");
    assertThat(page.body()).doesNotContain("<script", "style=", "<img");
    HttpResponse<String> style = browser.open("/mail/page.css");
    assertThat(style.headers().firstValue("Content-Type").orElse("")).startsWith("text/css");
  }

  @Test
  void saysWhatIsWrongWithAPasswordAndKeepsTheLink() throws Exception {
    open("reset", forgot());

    HttpResponse<String> weak = press("reset", "password=short");
    assertThat(weak.statusCode()).isEqualTo(422);
    assertThat(weak.body()).contains("role=\"alert\"", "The password ");
    assertThat(press("reset", "").body()).contains("Please enter a password.");
    assertThat(press("reset", "password=" + encoded(NEW_PASSWORD)).statusCode()).isEqualTo(200);
  }

  @Test
  void handsTheTokenOfASignInToTheApplicationThatAskedForIt() throws Exception {
    api.post("/api/v1/auth/email-login", Map.of("email", email, "redirect_to", APP));
    Mailed mail = Mailed.newest(SERVICE, email, "sign-in");

    HttpResponse<String> page = open("sign-in", mail);

    assertThat(page.body()).contains("action=\"" + APP + "\"", mail.token(), "Sign in as " + email);
    assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
        .contains("form-action https://app.example.com;");
    assertThat(api.post("/api/v1/auth/email-login/verify", Map.of("token", mail.token())).status())
        .isEqualTo(200);
  }

  @Test
  void speaksTheLanguageOfTheAccountOrElseOfTheBrowser() {
    Mailed mail = forgot();
    assertThat(open("reset", mail).body()).contains("lang=\"en\"", "Set a new password");

    browser.prefer("fr, de-CH;q=0.8, en;q=0.5");
    HttpResponse<String> page = open("reset", mail);
    assertThat(page.body()).contains("lang=\"de\"", "Neues Passwort festlegen");
    assertThat(page.headers().firstValue("Content-Language")).hasValue("de");
    assertThat(press("reset", "password=short").body()).contains("Dieses Passwort ist");
    assertThat(browser.open("/mail/reset?token=unknown").body()).contains("nicht mehr gültig");

    SERVICE.sql("UPDATE account SET locale = 'en-GB' WHERE email = ?", email);
    assertThat(open("reset", mail).body()).contains("Set a new password");
  }

  @Test
  void keepsLinksOfSeveralKindsApart() {
    open("reset", forgot());
    api.post("/api/v1/auth/email-login", Map.of("email", email, "redirect_to", APP));
    open("sign-in", Mailed.newest(SERVICE, email, "sign-in"));

    assertThat(press("reset", "password=" + encoded(NEW_PASSWORD)).body())
        .contains("Your password is set");
  }

  @Test
  void isNoPageForOtherNames() throws Exception {
    assertThat(browser.open("/mail/password-changed").statusCode()).isEqualTo(404);
  }

  private Mailed forgot() {
    api.post("/api/v1/auth/forgot", Map.of("email", email));
    return Mailed.newest(SERVICE, email, "reset");
  }

  private HttpResponse<String> open(String kind, Mailed mail) {
    return browser.open("/mail/" + kind + "?token=" + mail.token());
  }

  private HttpResponse<String> press(String kind, String form) {
    return browser.press("/mail/" + kind, form);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
