package dev.warmgate.accountpage;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Browser;
import dev.warmgate.testkit.Mailed;
import dev.warmgate.testkit.RunningService;
import dev.warmgate.testkit.SecondFactor;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Adds an app and uses it in the account pages, in a browser without scripts. */
final class FactorPagesIT {
  private static final String APP = "https://app.example.com";
  private static final Pattern CODE = Pattern.compile("<code>([^<]+)</code>");
  private static final Pattern ID = Pattern.compile("name=\"factor\" value=\"([^\"]+)\"");

  @RegisterExtension
  static final RunningService SERVICE =
      Mailed.on(new RunningService())
          .atLocalhost()
          .with("proofs.redirect_urls", APP)
          .with("proofs.email_login", "true");

  private final ApiClient api = SERVICE.api();
  private final String email = newEmail();
  private final Browser browser = Browser.at(SERVICE.issuer());

  @Test
  void addAnAppAndAskForItsCode() {
    String session = register();
    HttpResponse<String> named = add(browser, "Phone");
    String key = found(CODE, named);
    assertThat(named.body()).contains("<svg", "Image for the app");
    SecondFactor app = SecondFactor.of(key);

    HttpResponse<String> wrong = confirm(named, app.wrongCode());
    assertThat(wrong.body()).contains("<code>" + key + "</code>", "<svg");
    assertThat(wrong.body().substring(wrong.body().indexOf("<input id=\"code\"")))
        .as("beside the field")
        .contains("aria-invalid", "The code is wrong or was used before.");
    assertThat(wrong.uri().toString()).doesNotContain(key);
    HttpResponse<String> codes = confirm(named, app.code());
    assertThat(codes.body()).contains("Your recovery codes");
    assertThat(all(CODE, codes)).hasSize(10);
    assertThat(browser.open("/account/factors").body()).contains("Phone", "10 recovery codes");
    assertThat(api.me(session).code()).as("another session").isEqualTo("session_ended");

    browser.press("/account/sign-out", "");
    assertThat(signIn("").uri().getPath()).isEqualTo("/account/second-step");
    assertThat(browser.cookie("warmgate-session")).isEmpty();
    assertThat(browser.open("/account").uri().getPath()).isEqualTo("/account/sign-in");
    browser.open("/account/second-step");
    assertThat(prove("code", app.wrongCode()).body()).contains("The code is wrong");
    assertThat(prove("code", app.code()).body()).contains("Your account", email);
  }

  @Test
  void tellTheKeyAgainOnlyToThoseWhoKnowIt() {
    register();
    HttpResponse<String> named = add(browser, "Phone");
    String key = found(CODE, named);
    String wrong =
        "factor=%s&code=%s".formatted(found(ID, named), SecondFactor.of(key).wrongCode());

    for (String guess :
        List.of("", "&key=" + "A".repeat(32), "&key=" + key.toLowerCase(Locale.ROOT))) {
      HttpResponse<String> page = browser.press("/account/factors/app", wrong + guess);
      assertThat(page.body()).contains("The code is wrong").doesNotContain(key, "<svg");
    }
  }

  @Test
  void leadWhereTheSignInWasToLead() {
    SecondFactor app = withApp();
    signIn("&redirect_to=" + encode(APP));
    Browser shows = Browser.withoutRedirectsAt(SERVICE.issuer());
    HttpResponse<String> step = browser.open("/account/second-step");
    assertThat(step.headers().firstValue("Content-Security-Policy").orElse(""))
        .contains("form-action 'self' " + APP);

    carry(shows);
    shows.open("/account/second-step");
    HttpResponse<String> done = shows.press("/account/second-step", "code=" + app.code());
    assertThat(done.headers().firstValue("Location")).hasValue(APP);
  }

  @Test
  void keepTheSecondStepInTheBrowserOfTheFirst() {
    SecondFactor app = withApp();
    signIn("");
    Browser other = Browser.at(SERVICE.issuer());

    other.open("/account/sign-in");
    assertThat(other.press("/account/second-step", "code=" + app.code()).uri().getPath())
        .isEqualTo("/account/sign-in");
    other.set("warmgate-second-step", browser.cookie("warmgate-second-step").orElseThrow());
    assertThat(
            other
                .post("/account/second-step", "code=" + app.code() + "&form=" + browser.token())
                .statusCode())
        .as("the form of the first browser")
        .isEqualTo(403);
  }

  @Test
  void beginAnewOnceTheSecondStepWasTriedTooOften() {
    SecondFactor app = withApp();
    signIn("");
    HttpResponse<String> page = null;
    for (int i = 0; i < 6; i++) {
      page = prove("code", app.wrongCode());
    }
    assertThat(page.uri().getPath()).isEqualTo("/account/sign-in");
    assertThat(page.body()).contains("Please sign in again.");
  }

  @Test
  void askForItAfterAMailToo() {
    SecondFactor app = withApp();
    browser.open("/account/forgot");
    browser.press("/account/forgot", "email=" + encode(email));
    Mailed mail = Mailed.newest(SERVICE, email, "reset");
    HttpResponse<String> step =
        browser.press(
            "/account/code",
            "code=" + mail.code() + "&new_password=" + encode("seven quiet lamps"));
    assertThat(step.uri().getPath()).isEqualTo("/account/second-step");
    assertThat(step.body()).contains("Your new password is not set yet");
    assertThat(api.login(email, PASSWORD).code()).as("until then").isEqualTo("mfa_required");
    assertThat(prove("code", app.wrongCode()).body()).contains("Your new password is not set yet");
    assertThat(prove("code", app.code()).body()).contains("Your password is set.", email);
    assertThat(api.login(email, PASSWORD).code()).isEqualTo("invalid_credentials");
    assertThat(api.login(email, "seven quiet lamps").code()).isEqualTo("mfa_required");
    browser.press("/account/sign-out", "");

    browser.open("/account/mail-sign-in");
    browser.press("/account/mail-sign-in", "email=" + encode(email));
    Mailed sent = Mailed.newest(SERVICE, email, "sign-in");
    browser.open("/account/link/sign-in?token=" + sent.token());
    HttpResponse<String> signIn = browser.press("/account/link/sign-in", "");
    assertThat(signIn.uri().getPath()).isEqualTo("/account/second-step");
    assertThat(signIn.body()).doesNotContain("new password");
    assertThat(prove("recovery_code", app.recoveryCode(0)).body()).contains("Your account", email);
  }

  @Test
  void askForItAgainBeforeAChange() {
    SecondFactor app = withApp();
    signIn("");
    prove("code", app.code());
    age();

    for (String page :
        List.of(
            "/account/address", "/account/password", "/account/delete", "/account/factors/app")) {
      assertThat(browser.open(page).uri().toString()).endsWith("/account/step-up?then=" + page);
    }
    HttpResponse<String> back =
        browser.press("/account/step-up?then=/account/address", "code=" + app.code());
    assertThat(back.uri().getPath()).isEqualTo("/account/address");
    assertThat(back.body()).contains("Change your address");
    browser.open("/account/step-up");
    assertThat(
            browser
                .press(
                    "/account/step-up?then=//evil.example", "recovery_code=" + app.recoveryCode(1))
                .uri()
                .toString())
        .isEqualTo(SERVICE.issuer() + "/account");
  }

  @Test
  void needAProvenAddress() {
    api.register(email);
    signIn("");

    assertThat(browser.open("/account/factors/passkey").body())
        .contains("Your address is not confirmed yet.");
    assertThat(add(browser, "Phone").body()).contains("Your address is not confirmed yet.");
  }

  @Test
  void areAddedLongAfterTheLoginWithThePassword() {
    register();
    age();
    browser.open("/account/factors/app");
    HttpResponse<String> named =
        browser.press("/account/factors/app", "name=Phone&password=" + encode(PASSWORD));
    SecondFactor app = SecondFactor.of(found(CODE, named));
    assertThat(confirm(named, app.code()).body()).contains("Your recovery codes");
  }

  @Test
  void needTheirProofForEachChallengeOfAPasskey() {
    register();
    age();
    browser.open("/account/factors/passkey");
    HttpResponse<String> refused =
        browser.press("/account/factors/passkey", "name=mine&credential=" + encode("{}"));
    assertThat(refused.body()).contains("type=\"password\"").doesNotContain("challenge");
  }

  /** The operator has made it, so no mail takes its place. */
  @Test
  void stayWithAnAdminWhoseAddressNobodyHasProven() {
    withApp();
    SERVICE.sql("UPDATE account SET role = 'admin' WHERE email = ?", email);
    for (String flow : List.of("forgot", "mail-sign-in")) {
      SERVICE.sql("UPDATE account SET email_confirmed_at = NULL WHERE email = ?", email);
      browser.open("/account/" + flow);
      browser.press("/account/" + flow, "email=" + encode(email));
      Mailed mail = Mailed.newest(SERVICE, email, flow.equals("forgot") ? "reset" : "sign-in");
      String password = flow.equals("forgot") ? "&new_password=" + encode("seven quiet lamps") : "";
      assertThat(browser.press("/account/code", "code=" + mail.code() + password).uri().getPath())
          .as(flow)
          .isEqualTo("/account/second-step");
    }
  }

  /** Registers in the API, and signs in here, too; returns the token of the other session. */
  private String register() {
    String token = api.register(email).text("access_token");
    SERVICE.sql("UPDATE account SET email_confirmed_at = now() WHERE email = ?", email);
    signIn("");
    return token;
  }

  private SecondFactor withApp() {
    String token = api.register(email).text("access_token");
    SERVICE.sql("UPDATE account SET email_confirmed_at = now() WHERE email = ?", email);
    return SecondFactor.enrol(api, token);
  }

  private HttpResponse<String> signIn(String more) {
    browser.open("/account/sign-in");
    return browser.press(
        "/account/sign-in",
        "email=%s&password=%s%s".formatted(encode(email), encode(PASSWORD), more));
  }

  private HttpResponse<String> prove(String field, String value) {
    return browser.press("/account/second-step", field + "=" + value);
  }

  private static HttpResponse<String> add(Browser browser, String name) {
    browser.open("/account/factors/app");
    return browser.press("/account/factors/app", "name=" + name);
  }

  private HttpResponse<String> confirm(HttpResponse<String> named, String code) {
    return browser.press(
        "/account/factors/app",
        "factor=%s&key=%s&code=%s".formatted(found(ID, named), found(CODE, named), code));
  }

  /** Gives another browser the cookies of this one. */
  private void carry(Browser other) {
    for (String name : List.of("warmgate-second-step", "warmgate-form")) {
      other.set(name, browser.cookie(name).orElseThrow());
    }
  }

  /** Lets an hour pass for the session, and has the pages get another token. */
  private void age() {
    SERVICE.sql(
        "UPDATE session SET authenticated_at = now() - INTERVAL '1 h'"
            + " WHERE account_id = (SELECT id FROM account WHERE email = ?)",
        email);
    browser.expireToken();
  }

  private static String found(Pattern pattern, HttpResponse<String> page) {
    return all(pattern, page).getFirst();
  }

  private static List<String> all(Pattern pattern, HttpResponse<String> page) {
    return pattern.matcher(page.body()).results().map((MatchResult one) -> one.group(1)).toList();
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
