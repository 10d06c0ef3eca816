package dev.warmgate.mailpage;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One page, as HTML that loads nothing but its style sheet. {@link #toString} hides it, since it
 * may hold an address and a token.
 *
 * @param texts in the language of the page
 * @param error what was wrong with the last attempt
 * @param button of the form; {@code null} for a page without one
 * @param action where the form goes, if not to this page
 * @param token that the form sends to another page
 * @param continueTo a link
 */
record MailPage(
    PageTexts texts,
    String title,
    String text,
    @Nullable String error,
    @Nullable String button,
    boolean asksPassword,
    @Nullable String action,
    @Nullable String token,
    @Nullable String continueTo) {
  static final String STYLE = read("page.css");

  private static final Template TEMPLATE =
      Mustache.compiler().nullValue("").emptyStringIsFalse(true).compile(read("page.html"));

  /** Returns a page that only says something. */
  static MailPage message(PageTexts texts, String title, String text, @Nullable String continueTo) {
    return new MailPage(texts, title, text, null, null, false, null, null, continueTo);
  }

  MailPage withError(String message) {
    return new MailPage(
        texts, title, text, message, button, asksPassword, action, token, continueTo);
  }

  String html() {
    return TEMPLATE.execute(
        Map.ofEntries(
            Map.entry("language", texts.language()),
            Map.entry("title", title),
            Map.entry("text", text),
            Map.entry("error", orEmpty(error)),
            Map.entry("button", orEmpty(button)),
            Map.entry("asksPassword", asksPassword),
            Map.entry("passwordLabel", texts.of("password")),
            Map.entry("action", orEmpty(action)),
            Map.entry("token", orEmpty(token)),
            Map.entry("continue", orEmpty(continueTo)),
            Map.entry("continueLabel", texts.of("continue"))));
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  /** Returns the page's policy: no script at all, and a form that goes where it says. */
  String policy() {
    String forms = action == null ? "'self'" : origin(action);
    return "default-src 'none'; style-src 'self'; form-action "
        + forms
        + "; base-uri 'none'; frame-ancestors 'none'";
  }

  private static String origin(String url) {
    URI uri = URI.create(url);
    return uri.getScheme() + "://" + uri.getRawAuthority();
  }

  private static String read(String name) {
    try (InputStream file = MailPage.class.getResourceAsStream("/mail-page/" + name)) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  @Override
  public String toString() {
    return "MailPage[…]";
  }
}
