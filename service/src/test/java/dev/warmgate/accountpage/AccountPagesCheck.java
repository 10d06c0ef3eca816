package dev.warmgate.accountpage;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Chromium;
import dev.warmgate.testkit.Mailed;
import dev.warmgate.testkit.RunningService;
import dev.warmgate.testkit.SecondFactor;
import dev.warmgate.testkit.VirtualAuthenticator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Looks at every page, narrow and wide, light and dark, in both languages: no page is wider than
 * its window, and axe-core finds nothing that keeps anybody from using it.
 */
final class AccountPagesCheck {
  private static final String EMAIL = "a-rather-long-address-of-somebody@subdomain.example.com";

  private static final String VIOLATIONS =
      """
      async () => (await axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa',
          'best-practice'] }))
        .violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(' ')}`)
      """;

  @RegisterExtension
  static final RunningService SERVICE =
      Mailed.on(new RunningService())
          .atLocalhost()
          .with("mail.site_url", "https://app.example.com")
          .with("proofs.email_login", "true");

  @RegisterExtension static final Chromium CHROMIUM = new Chromium();

  /** The source of axe-core, which scripts/tests/account-pages.sh fetches. */
  private static String axe;

  private static String reset;

  @BeforeAll
  static void prepare() throws IOException {
    axe = Files.readString(Path.of(System.getProperty("axe")));
    ApiClient api = SERVICE.api();
    api.with("User-Agent", "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0) Safari/604.1").register(EMAIL);
    api.post("/api/v1/auth/forgot", Map.of("email", EMAIL));
    reset = Mailed.newest(SERVICE, EMAIL, "reset").token();
  }

  @ParameterizedTest
  @CsvSource({
    "narrow-light-en, 320, LIGHT, en",
    "narrow-dark-de, 320, DARK, de",
    "wide-light-de, 1280, LIGHT, de",
    "wide-dark-en, 1280, DARK, en"
  })
  void canBeUsedByEverybody(String name, int width, ColorScheme scheme, String language) {
    try (BrowserContext context = context(width, scheme, language)) {
      Page page = context.newPage();
      look(page, name, "sign-in", "/account/sign-in");
      page.locator("#email").fill(EMAIL);
      page.locator("#password").fill("wrong");
      page.locator("main form:not([data-ceremony]) > button").click();
      look(page, name, "refused", null);
      look(page, name, "register", "/account/register");
      page.locator("#email").fill(newEmail());
      page.locator("#password").fill("short");
      page.locator("main form:not([data-ceremony]) > button").click();
      look(page, name, "weak-password", null);
      look(page, name, "forgot", "/account/forgot");
      page.locator("#email").fill(newEmail());
      page.locator("main form:not([data-ceremony]) > button").click();
      look(page, name, "code", null);
      look(page, name, "reset", "/account/link/reset?token=" + reset);
      look(page, name, "invalid-link", "/account/link/reset?token=nothing");
      look(page, name, "not-found", "/account/nowhere");
      page.navigate(SERVICE.issuer() + "/account/sign-in");
      page.locator("#email").fill(EMAIL);
      page.locator("#password").fill(PASSWORD);
      page.locator("main form:not([data-ceremony]) > button").click();
      look(page, name, "account", null);
      look(page, name, "address", "/account/address");
      page.locator("#email").fill(newEmail());
      page.locator("#password").fill(PASSWORD);
      look(page, name, "password", "/account/password");
      look(page, name, "delete", "/account/delete");
      look(page, name, "factors-none", "/account/factors");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "narrow-light-en, 320, LIGHT, en",
    "narrow-dark-de, 320, DARK, de",
    "wide-light-de, 1280, LIGHT, de",
    "wide-dark-en, 1280, DARK, en"
  })
  void askForSecondFactorsInAWayThatEverybodyCanUse(
      String name, int width, ColorScheme scheme, String language) {
    String email = newEmail();
    String token = SERVICE.api().register(email).text("access_token");
    SERVICE.sql("UPDATE account SET email_confirmed_at = now() WHERE email = ?", email);
    SecondFactor app = SecondFactor.enrol(SERVICE.api(), token);
    try (BrowserContext context = context(width, scheme, language)) {
      Page page = context.newPage();
      VirtualAuthenticator.of(page);
      signIn(page, email);
      look(page, name, "second-step-app", null);
      look(page, name, "second-step-recovery", "/account/second-step?by=recovery-code");
      page.locator("#recovery_code").fill("wrong");
      page.locator("main form > button").click();
      look(page, name, "second-step-refused", null);
      page.locator("#recovery_code").fill(app.recoveryCode(0));
      page.locator("main form > button").click();
      look(page, name, "account-with-factor", null);
      look(page, name, "add-app", "/account/factors/app");
      page.locator("#name").fill("Phone");
      page.locator("main form > button").click();
      look(page, name, "add-app-key", null);
      page.locator("#code").fill("000000");
      page.locator("main form > button").click();
      look(page, name, "add-app-refused", null);
      look(page, name, "add-passkey", "/account/factors/passkey");
      page.locator("form[data-ceremony] button").click();
      page.waitForURL(url -> url.contains("done="));
      look(page, name, "factors", null);
      page.locator("a[href$=recovery-codes]").click();
      look(page, name, "new-codes", null);
      page.locator("main form > button").click();
      look(page, name, "recovery-codes", null);
      look(page, name, "step-up", "/account/step-up");
      page.navigate(SERVICE.issuer() + "/account");
      page.locator(".leave button").click();
      signIn(page, email);
      look(page, name, "second-step", null);
      page.locator("form[data-ceremony] button").click();
      page.waitForURL(url -> url.contains("done="));
      page.navigate(SERVICE.issuer() + "/account/factors");
      page.locator(".sessions a").first().click();
      look(page, name, "remove-factor", null);
      page.locator("main form > button").click();
      look(page, name, "factor-removed", null);
      page.locator(".sessions a").first().click();
      look(page, name, "remove-last-factor", null);
      page.locator("main form > button").click();
      look(page, name, "last-factor-removed", null);
    }
  }

  private static void signIn(Page page, String email) {
    page.navigate(SERVICE.issuer() + "/account/sign-in");
    page.locator("#email").fill(email);
    page.locator("#password").fill(PASSWORD);
    page.locator("main form:not([data-ceremony]) > button").click();
    page.waitForURL(url -> url.contains("second-step"));
  }

  private static BrowserContext context(int width, ColorScheme scheme, String language) {
    // The checks are a script of their own, which the policy of the pages would keep out.
    return CHROMIUM
        .browser()
        .newContext(
            new Browser.NewContextOptions()
                .setViewportSize(width, 800)
                .setColorScheme(scheme)
                .setLocale(language)
                .setBypassCSP(true));
  }

  private static void look(Page page, String name, String what, String path) {
    if (path != null) {
      page.navigate(SERVICE.issuer() + path);
    }
    page.screenshot(
        new Page.ScreenshotOptions()
            .setFullPage(true)
            .setPath(Path.of("target/account-pages", what + "-" + name + ".png")));
    assertThat((Integer) page.evaluate("document.documentElement.scrollWidth"))
        .as("width of " + what)
        .isLessThanOrEqualTo(page.viewportSize().width);
    page.evaluate(axe);
    assertThat((List<?>) page.evaluate(VIOLATIONS)).as(what + " " + name).isEmpty();
  }
}
