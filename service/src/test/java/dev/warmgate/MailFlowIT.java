package dev.warmgate;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Browser;
import dev.warmgate.testkit.Eventually;
import dev.warmgate.testkit.MailServer;
import dev.warmgate.testkit.RunningService;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Does what a new user does, with nothing but the API, a mailbox and a browser. */
final class MailFlowIT {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Pattern CODE = Pattern.compile("(?m) ([0-9]{6})\\s*$");
  private static final MailServer SERVER = new MailServer();

  @RegisterExtension
  static final RunningService SERVICE =
      new RunningService()
          .onThePortOfItsIssuer()
          .with("mail.url", SERVER.url())
          .with("mail.from", "Example <no-reply@example.org>")
          .with("registration.confirm", "required");

  private final ApiClient api = SERVICE.api();
  private final String email = newEmail();

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  @Test
  void confirmsForgetsAndMoves() throws Exception {
    String request =
        api.post(
                "/api/v1/auth/register",
                Map.of("email", email, "password", PASSWORD, "locale", "de"))
            .text("request_id");
    MailServer.Received confirmation = mail(email, 1);
    assertThat(confirmation.subject()).isEqualTo("Bestätigen Sie Ihre E-Mail-Adresse");
    Answer confirmed =
        api.post("/api/v1/auth/confirm", Map.of("request_id", request, "code", code(confirmation)));
    assertThat(confirmed.status()).isEqualTo(200);

    api.post("/api/v1/auth/forgot", Map.of("email", email));
    Browser browser = Browser.at("");
    HttpResponse<String> page = browser.open(link(mail(email, 2)));
    assertThat(page.uri().toString()).isEqualTo(SERVICE.issuer() + "/account/link/reset");
    assertThat(
            browser.press(page.uri().toString(), "new_password=seven+quiet+lanterns").statusCode())
        .isEqualTo(200);
    assertThat(api.me(confirmed.text("access_token")).code()).isEqualTo("session_ended");
    assertThat(mail(email, 3).subject()).contains("Passwort");

    String access = api.login(email, "seven quiet lanterns").text("access_token");
    String next = newEmail();
    api.post("/api/v1/auth/email", access, Map.of("email", next));
    browser.press(browser.open(link(mail(next, 1))).uri().toString(), "");
    String last = link(mail(email, 4));
    assertThat(browser.press(browser.open(last).uri().toString(), "").body())
        .contains("Ihre Adresse ist geändert");
    assertThat(api.login(next, "seven quiet lanterns").status()).isEqualTo(200);
    assertThat(link(mail(email, 5)))
        .as("with which the old address undoes it")
        .contains("/account/link/");
  }

  /** Returns the mail with that number, from 1, as soon as it has arrived. */
  private static MailServer.Received mail(String address, int number) throws Exception {
    Eventually.within(SOON, () -> SERVER.mailbox(address).size() >= number);
    return SERVER.mailbox(address).get(number - 1);
  }

  private static String code(MailServer.Received mail) {
    return first(CODE, mail);
  }

  private static String link(MailServer.Received mail) {
    return first(
        Pattern.compile("(" + Pattern.quote(SERVICE.issuer()) + "/account/link/\\S+)"), mail);
  }

  private static String first(Pattern pattern, MailServer.Received mail) {
    List<MatchResult> found = pattern.matcher(mail.text()).results().toList();
    assertThat(found).as(mail.text()).isNotEmpty();
    return found.getFirst().group(1);
  }
}
