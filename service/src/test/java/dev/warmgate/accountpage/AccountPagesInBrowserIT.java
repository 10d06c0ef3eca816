package dev.warmgate.accountpage;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Chromium;
import dev.warmgate.testkit.Mailed;
import dev.warmgate.testkit.RunningService;
import dev.warmgate.testkit.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Does what people do, in a browser, with and without its scripts. */
final class AccountPagesInBrowserIT {
  private static final String NEW_PASSWORD = "seven quiet lanterns";
  private static final String WEBMAIL = "http://webmail.example/";

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

  /** Returns whether the browser runs scripts. */
  static Stream<Boolean> sampled() {
    return Sample.of("scripts", 1, List.of(true, false));
  }

  @ParameterizedTest
  @MethodSource("sampled")
  void leadThroughTheLifeOfAnAccount(boolean scripts) {
    open(scripts);
    page.navigate(SERVICE.issuer() + "/account");
    link("Create an account").click();
    fill("E-mail address", email);
    fill("Password", PASSWORD);
    press("Create account");
    heading("Check your e-mail");

    click("confirm", email);
    heading("Confirm your address");
    // This browser has registered, so that the password is known.
    assertThat(page.getByLabel("New password")).hasCount(0);
    press("Confirm address");
    notice("Your address is confirmed.");
    assertThat(page.locator("dd").first()).containsText(email);

    press("Sign out");
    notice("You have signed out.");
    link("Forgot your password?").click();
    fill("E-mail address", email);
    press("Send the mail");
    click("reset", email);
    assertThat(page.url()).isEqualTo(SERVICE.issuer() + "/account/link/reset");
    fill("New password", NEW_PASSWORD);
    press("Set password");
    notice("Your password is set. All other sessions have ended.");

    String app = api.login(email, NEW_PASSWORD).text("access_token");
    page.reload();
    assertThat(page.locator(".sessions li")).hasCount(2);
    page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("End the session")).click();
    notice("The session has ended.");
    assertThat(api.me(app).code()).isEqualTo("session_ended");

    String next = newEmail();
    link("Change address").click();
    fill("New e-mail address", next);
    fill("Password", NEW_PASSWORD);
    press("Send");
    click("change-address-new", next);
    press("Confirm change");
    heading("Thank you");
    click("change-address-current", email);
    press("Confirm change");
    heading("Your address is changed");
    link("Go to your account").click();
    assertThat(page.locator("dd").first()).containsText(next);

    link("Delete the account").click();
    fill("Password", NEW_PASSWORD);
    press("Delete the account");
    notice("Your account is deleted. All its sessions have ended.");
    assertThat(api.login(next, NEW_PASSWORD).status()).isEqualTo(401);
  }

  @ParameterizedTest
  @MethodSource("sampled")
  void takeALinkThatWasOpenedElsewhereAndTheCodeWhereItWasAskedFor(boolean scripts) {
    open(scripts);
    page.navigate(SERVICE.issuer() + "/account/register");
    fill("E-mail address", email);
    fill("Password", PASSWORD);
    press("Create account");
    context.close();

    open(scripts);
    click("confirm", email);
    fill("New password", NEW_PASSWORD);
    press("Confirm address");
    notice("Your address is confirmed.");
    assertThat(api.login(email, PASSWORD).status()).isEqualTo(401);
    press("Sign out");

    link("Sign in by mail").click();
    fill("E-mail address", email);
    press("Send the mail");
    fill("Code from the mail", Mailed.newest(SERVICE, email, "sign-in").code());
    press("Continue");
    heading("Your account");
  }

  @ParameterizedTest
  @MethodSource("sampled")
  void undoAChangeOfAddress(boolean scripts) {
    open(scripts);
    signIn();
    String next = newEmail();
    page.navigate(SERVICE.issuer() + "/account/address");
    fill("New e-mail address", next);
    fill("Password", PASSWORD);
    press("Send");
    fill(
        "Code from the mail to the new address",
        Mailed.newest(SERVICE, next, "change-address-new").code());
    fill(
        "Code from the mail to the current address",
        Mailed.newest(SERVICE, email, "change-address-current").code());
    press("Continue");
    notice("Your address is changed.");

    click("address-changed", email);
    fill("New password", NEW_PASSWORD);
    press("Undo change");
    notice("Your account has its old address again. All other sessions have ended.");
    assertThat(page.locator("dd").first()).containsText(email);
  }

  @ParameterizedTest
  @MethodSource("sampled")
  void showNothingToTheBackButtonAfterTheSignOut(boolean scripts) {
    open(scripts);
    signIn();
    page.navigate(SERVICE.issuer() + "/account/password");
    link("Back to your account").click();
    press("Sign out");
    notice("You have signed out.");

    for (int back = 0; back < 3; back++) {
      page.goBack();
      assertThat(page.locator("h1")).hasText("Sign in");
      assertThat(page.content()).doesNotContain(email);
    }
  }

  @Test
  void canBeUsedWithTheKeyboardOnly() {
    open(true);
    register();
    page.navigate(SERVICE.issuer() + "/account/sign-in");
    page.keyboard().press("Tab");
    page.keyboard().type(email);
    page.keyboard().press("Tab");
    page.keyboard().type("wrong password");
    page.keyboard().press("Enter");

    assertThat(page.getByRole(AriaRole.ALERT)).hasText("The address or the password is wrong.");
    assertThat(page.getByLabel("E-mail address")).hasValue(email);
    page.getByLabel("Password", new Page.GetByLabelOptions().setExact(true)).focus();
    page.keyboard().type(PASSWORD);
    page.keyboard().press("Tab");
    assertThat(page.getByText("Show", new Page.GetByTextOptions().setExact(true))).isFocused();
    page.keyboard().press("Enter");
    assertThat(page.locator("#password")).hasAttribute("type", "text");
    page.keyboard().press("Tab");
    page.keyboard().press("Enter");
    heading("Your account");
    assertThat(page.locator("time").first()).not().containsText("UTC");
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

  /** Opens a mail's link from the page of a web mailer. */
  private void click(String kind, String address) {
    site(
        WEBMAIL,
        "<a href='%s/account/link/%s?token=%s'>Open</a>"
            .formatted(SERVICE.issuer(), kind, Mailed.newest(SERVICE, address, kind).token()));
    page.navigate(WEBMAIL);
    link("Open").click();
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

  private Locator link(String text) {
    return page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(text).setExact(true));
  }

  private void heading(String text) {
    assertThat(page.locator("h1")).hasText(text);
  }

  private void notice(String text) {
    assertThat(page.getByRole(AriaRole.STATUS)).hasText(text);
  }
}
