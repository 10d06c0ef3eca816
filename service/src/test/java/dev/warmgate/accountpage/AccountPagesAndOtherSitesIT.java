package dev.warmgate.accountpage;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Chromium;
import dev.warmgate.testkit.Mailed;
import dev.warmgate.testkit.RunningService;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Has pages of other sites frame the account pages and send their forms, in a browser. */
final class AccountPagesAndOtherSitesIT {
  private static final String EVIL = "http://evil.example/";

  @RegisterExtension
  static final RunningService SERVICE =
      Mailed.on(new RunningService())
          .onThePortOfItsIssuer()
          .with("registration.confirm", "required")
          .with("proofs.email_login", "true");

  @RegisterExtension static final Chromium CHROMIUM = new Chromium();

  private final List<String> errors = new ArrayList<>();
  private final ApiClient api = SERVICE.api();
  private final String email = newEmail();
  private BrowserContext context;
  private Page page;

  @AfterEach
  void close() {
    context.close();
    // The console shows violations of the content security policy and failed scripts.
    assertThat(errors).isEmpty();
  }

  @Test
  void areNotShownInAFrame() {
    open(true);
    // On the same host, since browsers refuse frames of local services for another reason, too.
    String evil = SERVICE.issuer() + "/evil";
    site(evil + "/framed", "<form></form>");
    site(
        evil,
        "<iframe id=framed src='%s/framed'></iframe><iframe id=page src='%s/account/sign-in'></iframe>"
            .formatted(evil, SERVICE.issuer()));
    page.navigate(evil);
    page.waitForLoadState();

    assertThat(page.frameLocator("#framed").locator("form")).hasCount(1);
    assertThat(page.frameLocator("#page").locator("form")).hasCount(0);
    // Some browsers report it.
    errors.clear();
  }

  @Test
  void doNothingForAFormOfAnotherSite() {
    open(true);
    signIn();
    for (String path : List.of("/account/sign-out", "/account/sign-in")) {
      site(
          EVIL,
          "<form method=post action='%s%s'><input name=email value=a@example.com><button>Win</button></form>"
              .formatted(SERVICE.issuer(), path));
      page.navigate(EVIL);
      press("Win");
      page.navigate(SERVICE.issuer() + "/account");
      heading("Your account");
    }
  }

  private void open(boolean scripts) {
    context =
        CHROMIUM
            .browser()
            .newContext(
                new Browser.NewContextOptions().setLocale("en-GB").setJavaScriptEnabled(scripts));
    page = context.newPage();
    page.onConsoleMessage(message -> {
      // Of each answer with a status of 400 or more.
      if (message.type().equals("error") && !message.text().startsWith("Failed to load resource")) {
        errors.add(message.text());
      }
    });
    page.onPageError(errors::add);
  }

  private void site(String url, String html) {
    context.unroute(url);
    context.route(
        url,
        route ->
            route.fulfill(
                new Route.FulfillOptions()
                    .setContentType("text/html")
                    .setBody("<!doctype html><title>x</title>" + html)));
  }

  private void register() {
    api.post("/api/v1/auth/register", java.util.Map.of("email", email, "password", PASSWORD));
    Mailed mail = Mailed.newest(SERVICE, email, "confirm");
    api.post(
        "/api/v1/auth/confirm",
        java.util.Map.of("request_id", mail.requestId().toString(), "code", mail.code()));
  }

  private void signIn() {
    register();
    page.navigate(SERVICE.issuer() + "/account/sign-in");
    fill("E-mail address", email);
    fill("Password", PASSWORD);
    press("Sign in");
    heading("Your account");
  }

  private void fill(String label, String text) {
    page.getByLabel(label, new Page.GetByLabelOptions().setExact(true)).fill(text);
  }

  private void press(String button) {
    page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(button).setExact(true))
        .click();
  }

  private void heading(String text) {
    assertThat(page.locator("h1")).hasText(text);
  }
}
