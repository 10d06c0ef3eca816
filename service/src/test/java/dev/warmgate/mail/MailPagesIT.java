package dev.warmgate.mail;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.ColorScheme;
import dev.warmgate.testkit.Chromium;
import dev.warmgate.testkit.Sample;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Looks at the delivered mails in a browser: narrow, wide, dark, and without images. */
final class MailPagesIT {
  /** The contrast that WCAG 2.2 asks of text (AA). */
  private static final double CONTRAST = 4.5;

  private static final String LOWEST_CONTRAST =
      """
      () => {
        const numbers = (color) => color.match(/[\\d.]+/g).map(Number);
        const channel = (value) =>
          value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
        const luminance = ([r, g, b]) =>
          0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
        const background = (element) => {
          for (let at = element; at; at = at.parentElement) {
            const color = numbers(getComputedStyle(at).backgroundColor);
            if (color.length === 3 || color[3] > 0) return color;
          }
          return [255, 255, 255];
        };
        let lowest = 21;
        for (const element of document.querySelectorAll('h1, p, a')) {
          const [one, other] = [numbers(getComputedStyle(element).color), background(element)]
            .map(luminance).sort((a, b) => b - a);
          lowest = Math.min(lowest, (one + 0.05) / (other + 0.05));
        }
        return lowest;
      }
      """;

  @RegisterExtension static final Chromium CHROMIUM = new Chromium();

  private final List<String> requests = new ArrayList<>();

  static Stream<MailKind> kinds() {
    return Sample.of("mails in a browser", 5, List.of(MailKind.values()));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void canBeReadEverywhere(MailKind kind) {
    try (BrowserContext context =
        CHROMIUM.browser().newContext(new Browser.NewContextOptions().setJavaScriptEnabled(true))) {
      context.route("**", this::note);
      Page page = context.newPage();
      for (String language : List.of("en", "de")) {
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
          look(page, kind, language, scheme);
        }
      }
    }
    // Readers that load no images miss nothing, and nobody learns that a mail was opened.
    assertThat(requests).isEmpty();
  }

  private static void look(Page page, MailKind kind, String language, ColorScheme scheme) {
    String name =
        "%s-%s-%s".formatted(kind, language, scheme.name().toLowerCase(java.util.Locale.ROOT));
    page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
    page.setViewportSize(320, 600);
    page.setContent(html(kind, language));
    keep(page, name);

    assertThat((Integer) page.evaluate("document.documentElement.scrollWidth"))
        .as("width of " + name)
        .isLessThanOrEqualTo(320);
    assertThat(((Number) page.evaluate(LOWEST_CONTRAST)).doubleValue())
        .as("contrast of " + name)
        .isGreaterThanOrEqualTo(CONTRAST);
    assertThat(page.locator("img").count()).isZero();
    assertThat(page.locator("a.button").count()).isEqualTo(kind.hasLink() ? 1 : 0);
    assertThat(page.locator(".code").count()).isEqualTo(kind.hasCode() ? 1 : 0);
    if (kind.hasLink()) {
      assertThat(page.locator("a.button").getAttribute("href"))
          .endsWith("?token=" + "s".repeat(43));
      assertThat(page.locator("a.button").boundingBox().height).isGreaterThanOrEqualTo(44);
    }
    page.setViewportSize(1280, 800);
    keep(page, name + "-wide");
    assertThat(page.locator(".card").boundingBox().width).isLessThanOrEqualTo(562);
  }

  /** Keeps what is shown, for people to look at, in a run that may take its time. */
  private static void keep(Page page, String name) {
    if (Boolean.getBoolean("tests.full")) {
      page.screenshot(
          new Page.ScreenshotOptions()
              .setFullPage(true)
              .setPath(Path.of("target/mails", name + ".png")));
    }
  }

  private void note(Route route) {
    requests.add(route.request().url());
    route.abort();
  }

  private static String html(MailKind kind, String language) {
    String secret = "s".repeat(43);
    Map<String, Object> values =
        MailValues.of(
            "a-rather-long-address-of-somebody.with.dots@subdomain.of.a.university.example.com",
            "https://app.example.com",
            kind.hasLink()
                ? "https://auth.example.com/account/link/%s?token=%s".formatted(kind, secret)
                : "",
            kind.hasLink() ? secret : "",
            kind.hasCode() ? "012345" : "",
            "{\"new_email\":\"new@example.com\",\"old_email\":\"old@example.com\",\"browser\":\"Firefox\",\"system\":\"Linux\"}");
    return MailTemplates.delivered().render(kind, language, "en", values).html();
  }
}
