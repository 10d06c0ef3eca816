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
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Goes through the pages that ask for mails and take their codes. */
final class AccountMailPagesIT {
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
  void setAForgottenPasswordWithTheCode() {
    api.register(email);
    browser.open("/account/forgot");
    assertThat(browser.press("/account/forgot", "email=" + encoded(email)).body())
        .contains("Check your e-mail");
    Mailed mail = Mailed.newest(SERVICE, email, "reset");

    assertThat(code(mail.wrongCode()).body()).contains("The code is wrong");
    HttpResponse<String> done = code(mail.code());

    assertThat(done.uri().getPath()).isEqualTo("/account");
    assertThat(api.login(email, NEW_PASSWORD).status()).isEqualTo(200);
  }

  private HttpResponse<String> code(String code) {
    return browser.press(
        "/account/code", "code=" + code + "&new_password=" + encoded(NEW_PASSWORD));
  }

  @Test
  void changeTheAddressOnceBothMailboxesHaveConfirmed() {
    register();
    SERVICE.sql("UPDATE account SET email_confirmed_at = now() WHERE email = ?", email);
    String next = newEmail();
    browser.open("/account/address");
    browser.press("/account/address", "email=" + encoded(next) + "&password=" + encoded(PASSWORD));
    String fresh = Mailed.newest(SERVICE, next, "change-address-new").code();
    String current = Mailed.newest(SERVICE, email, "change-address-current").code();

    assertThat(browser.press("/account/code", "code=" + fresh).body())
        .contains("The other one is still missing.");
    assertThat(browser.press("/account/code", "code=" + current).body())
        .contains("Your address is changed.", next);
  }

  @Test
  void askOnlyForTheCodeThatIsMissing() {
    register();
    SERVICE.sql("UPDATE account SET email_confirmed_at = now() WHERE email = ?", email);
    String next = newEmail();
    browser.open("/account/address");
    browser.press("/account/address", "email=" + encoded(next) + "&password=" + encoded(PASSWORD));
    Mailed fresh = Mailed.newest(SERVICE, next, "change-address-new");
    Mailed current = Mailed.newest(SERVICE, email, "change-address-current");

    HttpResponse<String> page =
        browser.press(
            "/account/code", "code=" + fresh.code() + "&code_current=" + current.wrongCode());
    assertThat(page.statusCode()).isEqualTo(403);
    assertThat(page.body())
        .contains("The code is wrong", "aria-invalid", "your current address")
        .doesNotContain("code_current");
    assertThat(browser.press("/account/code", "code=" + current.code()).body())
        .contains("Your address is changed.", next);
  }

  @Test
  void checkThePasswordForANewAddressAlsoAfterASignIn() {
    register();
    browser.open("/account/address");

    assertThat(
            browser
                .press("/account/address", "email=" + encoded(newEmail()) + "&password=no")
                .body())
        .contains("The password is wrong.");
  }

  @Test
  void forgetWhatWasAskedForWithTheSignOut() {
    register();
    browser.open("/account/address");
    browser.press(
        "/account/address", "email=" + encoded(newEmail()) + "&password=" + encoded(PASSWORD));
    browser.open("/account");
    browser.press("/account/sign-out", "");

    assertThat(browser.open("/account/code").uri().getPath()).isEqualTo("/account/sign-in");
  }

  @Test
  void rememberTheMailsOfEachKind() {
    api.register(email);
    for (String name : List.of("forgot", "mail-sign-in")) {
      browser.open("/account/" + name);
      browser.press("/account/" + name, "email=" + encoded(email));
    }
    assertThat(browser.open("/account/code").body()).contains("Open its link, or enter its code");

    browser.open("/account/link/reset?token=" + Mailed.newest(SERVICE, email, "reset").token());
    assertThat(browser.press("/account/link/reset", "new_password=" + encoded(NEW_PASSWORD)).body())
        .contains("Your password is set.");
  }

  private HttpResponse<String> register() {
    browser.open("/account/register");
    return browser.press("/account/register", credentials(PASSWORD));
  }

  private String credentials(String password) {
    return "email=" + encoded(email) + "&password=" + encoded(password);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
