package dev.warmgate.mail;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URLEncoder;
import java.util.Optional;

/** The links of mails that were asked for in the Supabase form of the API. */
final class SupabaseLink {
  private static final ObjectMapper JSON = new ObjectMapper();

  private SupabaseLink() {}

  /**
   * Returns the query of the link; nothing if the mail was asked for in our own form.
   *
   * @param parameters of the queued mail, a JSON object
   */
  static Optional<String> query(MailKind kind, String secret, String parameters) {
    JsonNode given;
    try {
      given = JSON.readTree(parameters);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
    if (!given.path("supabase").asBoolean()) {
      return Optional.empty();
    }
    String query = "token=" + URLEncoder.encode(secret, UTF_8) + "&type=" + type(kind);
    JsonNode target = given.path("redirect_to");
    return Optional.of(
        target.isTextual()
            ? query + "&redirect_to=" + URLEncoder.encode(target.textValue(), UTF_8)
            : query);
  }

  private static String type(MailKind kind) {
    return switch (kind) {
      case RESET -> "recovery";
      case SIGN_IN -> "magiclink";
      case INVITE -> "invite";
      case CHANGE_ADDRESS_NEW, CHANGE_ADDRESS_CURRENT -> "email_change";
      default -> "signup";
    };
  }
}
