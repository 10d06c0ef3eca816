package dev.warmgate.accountpage;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.options.Cookie;
import com.microsoft.playwright.options.SameSiteAttribute;
import dev.warmgate.outbound.Certificates;
import dev.warmgate.testkit.Chromium;
import dev.warmgate.testkit.Eventually;
import dev.warmgate.testkit.RunningService;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Signs in where browsers keep the promises of the cookies' prefix. */
final class AccountPagesOverTlsIT {
  @RegisterExtension static final Chromium CHROMIUM = new Chromium();

  @TempDir static Path directory;

  private static RunningService service;

  @BeforeAll
  static void start() throws Exception {
    String connector = "server.applicationConnectors[0].";
    service =
        new RunningService()
            .with("tokens.issuer", "https://localhost")
            .with(connector + "type", "https")
            .with(connector + "keyStorePath", Certificates.file(directory, "localhost").toString())
            .with(connector + "keyStorePassword", Certificates.PASSWORD)
            .withoutWaiting();
    service.start();
  }

  @AfterAll
  static void stop() {
    service.stop();
  }

  @Test
  void keepTheSessionInACookieOfThisHostOnly() throws Exception {
    try (BrowserContext context =
        CHROMIUM
            .browser()
            .newContext(
                new Browser.NewContextOptions().setIgnoreHTTPSErrors(true).setLocale("en"))) {
      String url = "https://localhost:" + service.port();
      Page page = context.newPage();
      Eventually.within(Duration.ofMinutes(1), () -> isReady(page, url));
      page.navigate(url + "/account/register");
      page.getByLabel("E-mail address").fill(newEmail());
      page.locator("#password").fill(PASSWORD);
      page.locator("main form > button").click();

      assertThat(page.locator("h1")).hasText("Your account");
      List<Cookie> cookies = context.cookies();
      assertThat(cookies)
          .extracting(cookie -> cookie.name)
          .contains("__Host-warmgate-session", "__Host-warmgate-form", "__Host-warmgate-device")
          .allMatch(name -> name.startsWith("__Host-"));
      assertThat(cookies)
          .allSatisfy(cookie -> {
            assertThat(cookie.secure).isTrue();
            assertThat(cookie.httpOnly).isTrue();
            assertThat(cookie.path).isEqualTo("/");
            assertThat(cookie.sameSite).isEqualTo(SameSiteAttribute.LAX);
          });
    }
  }

  private static boolean isReady(Page page, String url) {
    try {
      return page.navigate(url + "/health-check").status() == 200;
    } catch (PlaywrightException notYet) {
      return false;
    }
  }
}
