package dev.warmgate.mail;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.samskivert.mustache.Mustache;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The values that templates can use, under the names of Supabase's templates. All are there in
 * every mail; those that a mail does not have are empty.
 */
final class MailValues {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LONGEST = 1000;

  private MailValues() {}

  /**
   * @param link the whole URL; empty in a mail without one
   * @param secret of the link
   * @param parameters of the queued mail, a JSON object
   */
  static Map<String, Object> of(
      String email, String siteUrl, String link, String secret, String code, String parameters) {
    JsonNode given = parsed(parameters);
    Map<String, Object> values = new HashMap<>();
    values.put("Email", email);
    values.put("SiteURL", siteUrl);
    values.put("ConfirmationURL", link);
    values.put("TokenHash", secret);
    values.put("Token", code);
    values.put("NewEmail", text(given.get("new_email")));
    values.put("OldEmail", text(given.get("old_email")));
    String browser = text(given.get("browser"));
    String system = text(given.get("system"));
    values.put("Browser", browser);
    values.put("System", system);
    values.put("Device", browser + (browser.isEmpty() || system.isEmpty() ? "" : " on ") + system);
    String redirect = text(given.get("redirect_to"));
    values.put("RedirectTo", redirect.isEmpty() ? siteUrl : redirect);
    // What an account has of its own differs from account to account.
    Mustache.CustomContext data = name -> text(given.path("data").get(name));
    values.put("Data", data);
    return values;
  }

  /** Returns values with which to try a template. */
  static Map<String, Object> sample() {
    return of(
        "ada@example.com",
        "https://app.example.com",
        "https://auth.example.com/account/link/reset?token=secret",
        "secret",
        "123456",
        "{\"new_email\":\"new@example.com\",\"old_email\":\"old@example.com\",\"browser\":\"Firefox\",\"system\":\"Linux\"}");
  }

  /** Values come from users: one line, and no longer than a person reads. */
  private static String text(@Nullable JsonNode value) {
    if (value == null || !value.isValueNode() || value.isNull()) {
      return "";
    }
    String line = value.asText().replaceAll("[\\p{Cntrl}\\u0085\\u2028\\u2029]+", " ").strip();
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
  }

  private static JsonNode parsed(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
