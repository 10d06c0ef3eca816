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
import dev.warmgate.testkit.Chromium;
import dev.warmgate.testkit.RunningService;
import dev.warmgate.testkit.VirtualAuthenticator;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Adds passkeys to accounts and signs in with them, in a browser with an authenticator. */
final class PasskeysInBrowserIT {
  private static final String FAILED = "That did not work. Try again.";
  private static final String INVALID =
      "The passkey is not known here, or the page was open for too long. Try again.";

  @RegisterExtension static final RunningService SERVICE = new RunningService().atLocalhost();

  @RegisterExtension static final Chromium CHROMIUM = new Chromium();

  private final List<String> errors = new ArrayList<>();
  private final String email = newEmail();
  private BrowserContext context;
  private Page page;
  private VirtualAuthenticator authenticator;

  @AfterEach
  void close() {
    context.close();
    // The console shows violations of the content security policy and failed scripts.
    assertThat(errors).isEmpty();
  }

  @Test
  void signInWithAPasskeyInPlaceOfThePasswordAndAfterIt() {
    open(true);
    register();
    link("Manage").click();
    heading("Second factors");
    addPasskey();
    heading("Your recovery codes");
    Locator codes = page.locator(".codes li");
    assertThat(codes).hasCount(10);
    String recoveryCode = codes.first().innerText();
    link("Continue").click();
    assertThat(page.locator(".sessions li")).containsText("Passkey");
    assertThat(authenticator.passkeys()).isEqualTo(1);

    signOut();
    press("Sign in with a passkey");
    heading("Your account");
    assertThat(page.locator("dd").first()).containsText(email);

    signOut();
    firstStep();
    press("Use a passkey");
    heading("Your account");

    signOut();
    firstStep();
    link("Use a recovery code").click();
    fill("Recovery code", "aaaaa-aaaaa");
    press("Continue");
    alert("The code is wrong or was used before.");
    fill("Recovery code", recoveryCode);
    press("Continue");
    heading("Your account");
    page.navigate(SERVICE.issuer() + "/account/factors");
    assertThat(page.getByText("You have 9 recovery codes left.")).isVisible();
  }

  @Test
  void removeAPasskeyOnceItWasUsedAgain() {
    open(true);
    register();
    page.navigate(SERVICE.issuer() + "/account/factors");
    addPasskey();
    heading("Your recovery codes");
    age();
    page.navigate(SERVICE.issuer() + "/account/factors");
    page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Remove: ")).click();
    heading("Confirm that it is you");
    press("Use a passkey");
    heading("Remove a second factor");
    press("Remove");
    notice("Your last second factor is removed: your password alone opens your account now.");

    signOut();
    press("Sign in with a passkey");
    alert(INVALID);
  }

  @Test
  void noticeACopy() {
    open(true);
    register();
    page.navigate(SERVICE.issuer() + "/account/factors");
    addPasskey();
    heading("Your recovery codes");
    for (int use = 0; use < 2; use++) {
      signOut();
      press("Sign in with a passkey");
      heading("Your account");
    }

    authenticator.restoreFirstCopies();
    signOut();
    press("Sign in with a passkey");
    alert(INVALID);
  }

  @Test
  void takeNoAnswerFromAnotherSite() {
    open(true);
    register();
    page.navigate(SERVICE.issuer() + "/account/factors");
    addPasskey();
    heading("Your recovery codes");
    signOut();
    String options = page.locator("form[data-ceremony]").getAttribute("data-options");

    // Another port of the same host: the browser would use the passkey there.
    String elsewhere = "http://localhost:49151/";
    context.route(
        elsewhere,
        route ->
            route.fulfill(
                new Route.FulfillOptions()
                    .setContentType("text/html")
                    .setBody("<title>x</title>")));
    page.navigate(elsewhere);
    String answer =
        (String)
            page.evaluate(
                """
                async (options) => JSON.stringify(await navigator.credentials.get({
                  publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(JSON.parse(options)),
                }))
                """,
                options);
    page.navigate(SERVICE.issuer() + "/account/sign-in");
    page.evaluate(
        """
        (answer) => {
          document.querySelector('input[name=credential]').value = answer;
          document.querySelector('form[data-ceremony]').requestSubmit();
        }
        """,
        answer);
    alert(INVALID);
    // The page of the service itself, under a number, which no passkey belongs to.
    page.navigate(SERVICE.issuer().replace("localhost", "127.0.0.1") + "/account/sign-in");
    press("Sign in with a passkey");
    alert(
        "Passkeys work only where this page has its own address. Open "
            + SERVICE.issuer()
            + "/account instead.");
  }

  @Test
  void sayWhyNothingHappened() {
    open(true);
    register();
    page.navigate(SERVICE.issuer() + "/account/factors");
    authenticator.recognizes(false);
    addPasskey();
    alert(FAILED);
    authenticator.recognizes(true);
    press("Add the passkey");
    heading("Your recovery codes");
    page.navigate(SERVICE.issuer() + "/account/factors");
    addPasskey();
    alert("There is a passkey of your account on this device already.");
  }

  @Test
  void sayWithoutScriptsThatTheyAreNeeded() {
    open(false);
    page.navigate(SERVICE.issuer() + "/account/sign-in");

    assertThat(page.getByText("Passkeys need JavaScript, which this browser does not run."))
        .isVisible();
    assertThat(page.getByText("Sign in with a passkey")).isHidden();
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
    authenticator = VirtualAuthenticator.of(page);
  }

  private void register() {
    page.navigate(SERVICE.issuer() + "/account/register");
    fill("E-mail address", email);
    fill("Password", PASSWORD);
    press("Create account");
    heading("Your account");
  }

  private void addPasskey() {
    link("Add a passkey").click();
    heading("Add a passkey");
    press("Add the passkey");
  }

  private void signOut() {
    page.navigate(SERVICE.issuer() + "/account");
    press("Sign out");
    notice("You have signed out.");
  }

  private void firstStep() {
    fill("E-mail address", email);
    fill("Password", PASSWORD);
    press("Sign in");
    heading("Second step");
  }

  /** Lets an hour pass for the sessions of the account, and has the page get another token. */
  private void age() {
    SERVICE.sql(
        "UPDATE session SET authenticated_at = now() - INTERVAL '1 h'"
            + " WHERE account_id = (SELECT id FROM account WHERE email = ?)",
        email);
    var cookie =
        context.cookies().stream()
            .filter(one -> one.name.equals("warmgate-session"))
            .findFirst()
            .orElseThrow();
    cookie.value = "expired" + cookie.value.substring(cookie.value.indexOf('~'));
    context.addCookies(List.of(cookie));
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

  private void alert(String text) {
    assertThat(page.getByRole(AriaRole.ALERT)).hasText(text);
  }
}
