package dev.warmgate.testkit;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Starts the installed browser, or the one that {@code -Dchromium=…} names; downloads none. All
 * tests of the process use the same one, which ends with the process, each in contexts of its own.
 */
public final class Chromium implements BeforeAllCallback {
  private static final List<String> QUIET =
      List.of(
          "--headless",
          "--no-sandbox",
          "--disable-gpu",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync");

  /** The same browser without its own windows, which take most of its processor time. */
  private static final String WITHOUT_WINDOWS = "/usr/bin/chromium-headless-shell";

  /** For what a test expects to see; the browser's own waits have as much. */
  private static final int PATIENCE_MILLIS = 30_000;

  private static Browser browser;

  @Override
  public void beforeAll(ExtensionContext context) {
    if (browser == null) {
      browser = start();
    }
  }

  public Browser browser() {
    return browser;
  }

  private static Browser start() {
    // A page that hashes a password takes seconds while other tests use both processors.
    PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MILLIS);
    Playwright playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    return playwright
        .chromium()
        .launch(new BrowserType.LaunchOptions().setExecutablePath(installed()).setArgs(QUIET));
  }

  private static Path installed() {
    return Stream.of(
            System.getProperty("chromium"),
            Boolean.getBoolean("tests.full") ? null : WITHOUT_WINDOWS,
            "/usr/bin/chromium",
            "/usr/bin/chromium-browser",
            "/usr/bin/google-chrome",
            "/Applications/Chromium.app/Contents/MacOS/Chromium",
            "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
            WITHOUT_WINDOWS)
        .filter(Objects::nonNull)
        .map(Path::of)
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() ->
            new IllegalStateException(
                "Chromium was not found; install it or pass its path with -Dchromium"));
  }
}
