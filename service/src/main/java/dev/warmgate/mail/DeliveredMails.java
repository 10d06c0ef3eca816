package dev.warmgate.mail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The mails that Warmgate brings along: one layout, and its texts in several languages. */
final class DeliveredMails {
  private static final List<String> LANGUAGES = List.of("en", "de");

  private record Texts(
      MailTemplate subject, MailTemplate text, String button, String note, JsonNode labels) {}

  private final MailTemplate html = MailTemplate.compile("layout.html", resource("layout.html"));
  private final MailTemplate text = MailTemplate.compile("layout.txt", resource("layout.txt"));
  private final Map<String, Map<MailKind, Texts>> languages = new TreeMap<>();

  DeliveredMails() {
    for (String language : LANGUAGES) {
      languages.put(language, read(language));
    }
  }

  Set<String> languages() {
    return languages.keySet();
  }

  /**
   * @param language one of {@link #languages}
   */
  RenderedMail render(MailKind kind, String language, Map<String, Object> values) {
    Texts texts = languages.get(language).get(kind);
    String subject = texts.subject().render(values);
    String body = texts.text().render(values).strip();
    Map<String, Object> all = new HashMap<>(values);
    all.put("Language", language);
    all.put("Subject", subject);
    all.put("Text", body);
    all.put("Paragraphs", List.of(body.split("\\n\\s*\\n", -1)));
    all.put("Button", texts.button());
    all.put("Note", texts.note());
    all.put("CodeLabel", texts.labels().path(kind.hasLink() ? "code" : "only-code").asText());
    all.put("LinkLabel", texts.labels().path("link").asText());
    return new RenderedMail(language, subject, text.render(all), html.render(all));
  }

  private static Map<MailKind, Texts> read(String language) {
    String file = language + ".yml";
    try {
      JsonNode tree = new YAMLMapper().readTree(resource(file));
      Map<MailKind, Texts> kinds = new HashMap<>();
      for (MailKind kind : MailKind.values()) {
        JsonNode one = tree.path("kinds").path(kind.toString());
        kinds.put(
            kind,
            new Texts(
                MailTemplate.compile(file, one.path("subject").asText()),
                MailTemplate.compile(file, one.path("text").asText()),
                one.path("button").asText(),
                one.path("note").asText(),
                tree.path("labels")));
      }
      return kinds;
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private static String resource(String name) {
    try (InputStream file = DeliveredMails.class.getResourceAsStream("/mail/" + name)) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }
}
