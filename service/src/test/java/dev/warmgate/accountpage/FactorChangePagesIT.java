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
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Removes factors and replaces recovery codes in the pages, and looks at what owners are told. */
final class FactorChangePagesIT {
  private static final Pattern REMOVE = Pattern.compile("href=\"([^\"]+/remove)\"");

  @RegisterExtension
  static final RunningService SERVICE = Mailed.on(new RunningService()).atLocalhost();

  private final ApiClient api = SERVICE.api();
  private final String email = newEmail();
  private final Browser browser = Browser.at(SERVICE.issuer());

  @Test
  void sayWhatIsLostWithTheLastFactorBeforeItIsRemoved() {
    signInWith(withApp());
    String remove = firstToRemove();

    HttpResponse<String> question = browser.open(remove);
    assertThat(question.body())
        .contains("This removes “app”, your last second factor.", "your password alone opens")
        .contains("class=\"danger\"");
    assertThat(api.login(email, PASSWORD).code()).as("until then").isEqualTo("mfa_required");

    assertThat(browser.press(remove, "").body())
        .contains("Your last second factor is removed: your password alone opens your account now.")
        .contains("nobody can sign in with your password alone");
    assertThat(Mailed.count(SERVICE, email, "last-factor-removed")).isEqualTo(1);
    assertThat(Mailed.count(SERVICE, email, "factor-removed")).isZero();
    assertThat(api.login(email, PASSWORD).status()).isEqualTo(200);
    assertThat(browser.open(remove).body()).contains("This second factor is not there any more");
    assertThat(browser.open("/account/factors/recovery-codes").body())
        .contains("You have no second factor.");
  }

  /** Within the minute in which no second mail of a kind is sent. */
  @Test
  void tellOfTheLastFactorAlsoRightAfterAnotherOne() {
    SecondFactor app = withApp();
    SecondFactor.enrol(api, app.confirmed().text("access_token"));
    signInWith(app);

    String first = firstToRemove();
    assertThat(browser.open(first).body()).contains("Your other second factors stay.");
    assertThat(browser.press(first, "").body()).contains("The second factor is removed.");
    String second = firstToRemove();
    browser.open(second);
    browser.press(second, "");

    assertThat(Mailed.count(SERVICE, email, "factor-removed")).isEqualTo(1);
    assertThat(Mailed.count(SERVICE, email, "last-factor-removed")).isEqualTo(1);
  }

  @Test
  void askBeforeNewRecoveryCodesReplaceTheOld() {
    SecondFactor app = withApp();
    signInWith(app);
    assertThat(Mailed.count(SERVICE, email, "recovery-codes-made")).as("the first").isZero();

    assertThat(browser.open("/account/factors/recovery-codes").body())
        .contains("The codes you have stop working.")
        .doesNotContain("<code>");
    assertThat(Mailed.count(SERVICE, email, "recovery-codes-made")).as("until then").isZero();

    assertThat(browser.press("/account/factors/recovery-codes", "").body())
        .contains("Your recovery codes", "<code>");
    assertThat(Mailed.count(SERVICE, email, "recovery-codes-made")).isEqualTo(1);
  }

  @Test
  void needTheFactorBeforeTheyAskAndComeBack() {
    SecondFactor app = withApp();
    signInWith(app);
    String remove = firstToRemove();
    age();

    HttpResponse<String> step = browser.open(remove);
    assertThat(step.uri().toString()).endsWith("/account/step-up?then=" + remove);
    HttpResponse<String> back =
        browser.press("/account/step-up?then=" + remove, "code=" + app.code());
    assertThat(back.uri().getPath()).isEqualTo(remove);
    assertThat(back.body()).contains("your last second factor");
    age();
    assertThat(browser.open("/account/factors/recovery-codes").uri().toString())
        .endsWith("/account/step-up?then=/account/factors/recovery-codes");
  }

  @Test
  void removeNoFactorOfAnotherAccount() {
    String theirs = SecondFactor.enrol(api, registered(newEmail())).id();
    signInWith(withApp());
    for (String id : new String[] {theirs, UUID.randomUUID().toString()}) {
      String path = "/account/factors/" + id + "/remove";
      assertThat(browser.open(path).statusCode()).isEqualTo(404);
      assertThat(browser.press(path, "").statusCode()).isEqualTo(404);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "a%07b, The name has a character that cannot be used",
    "a%0Ab, The name has a character that cannot be used",
    "'', Fill in this field.",
    "+, Fill in this field.",
    "00000000000000000000000000000000000000000000000000000000000000000, Enter 1 to 64 characters."
  })
  void sayWhatIsWrongWithAName(String name, String message) {
    registered(email);
    signIn();
    browser.open("/account/factors/app");

    assertThat(browser.press("/account/factors/app", "name=" + name).body()).contains(message);
  }

  @Test
  void sayThatAPasswordByMailWasNotSet() {
    SecondFactor app = withApp();
    browser.open("/account/forgot");
    browser.press("/account/forgot", "email=" + encode(email));
    String code = Mailed.newest(SERVICE, email, "reset").code();
    HttpResponse<String> page =
        browser.press(
            "/account/code", "code=" + code + "&new_password=" + encode("seven quiet lamps"));
    for (int i = 0; i < 6; i++) {
      assertThat(page.uri().getPath()).isEqualTo("/account/second-step");
      page = browser.press("/account/second-step", "code=" + app.wrongCode());
    }

    assertThat(page.uri().getPath()).isEqualTo("/account/sign-in");
    assertThat(page.body()).contains("so your password was not changed");
    assertThat(api.login(email, PASSWORD).code()).isEqualTo("mfa_required");
  }

  private SecondFactor withApp() {
    return SecondFactor.enrol(api, registered(email));
  }

  private String registered(String address) {
    String token = api.register(address).text("access_token");
    SERVICE.sql("UPDATE account SET email_confirmed_at = now() WHERE email = ?", address);
    return token;
  }

  private void signInWith(SecondFactor app) {
    signIn();
    browser.press("/account/second-step", "code=" + app.code());
  }

  private void signIn() {
    browser.open("/account/sign-in");
    browser.press(
        "/account/sign-in", "email=%s&password=%s".formatted(encode(email), encode(PASSWORD)));
  }

  private String firstToRemove() {
    Matcher link = REMOVE.matcher(browser.open("/account/factors").body());
    assertThat(link.find()).isTrue();
    return link.group(1);
  }

  /** Lets an hour pass for the session, and has the pages get another token. */
  private void age() {
    SERVICE.sql(
        "UPDATE session SET authenticated_at = now() - INTERVAL '1 h'"
            + " WHERE account_id = (SELECT id FROM account WHERE email = ?)",
        email);
    browser.expireToken();
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
