package dev.warmgate.mail;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The delivered mails, and templates of the operator's that replace parts of them: files such as
 * {@code reset.html}, or {@code reset.fr.html} for one language. All are compiled and tried at the
 * start, so that a mistake stops the start and not a mail.
 */
public final class MailTemplates {
  private static final Pattern FILE =
      Pattern.compile(
          "(?<kind>[a-z-]+)(?:\\.(?<language>[a-z]{2,3}))?\\.(?<part>subject|txt|html)");

  private static final long MAX_BYTES = 256 * 1024;

  private final DeliveredMails delivered;
  private final Map<String, MailTemplate> own = new TreeMap<>();
  private final Set<String> languages;

  private MailTemplates(DeliveredMails delivered) {
    this.delivered = delivered;
    this.languages = new TreeSet<>(delivered.languages());
  }

  /** Returns the delivered templates. */
  static MailTemplates delivered() {
    return new MailTemplates(new DeliveredMails());
  }

  /**
   * @param directory of the operator's templates
   * @throws IllegalArgumentException with file and line if one of them cannot be used
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static MailTemplates parse(String directory) {
    MailTemplates templates = new MailTemplates(new DeliveredMails());
    try (Stream<Path> files = Files.list(Path.of(directory))) {
      for (Path file : files.filter(MailTemplates::isTemplate).sorted().toList()) {
        templates.add(file);
      }
    } catch (IOException | InvalidPathException unreadable) {
      throw new IllegalArgumentException("names no directory that can be read", unreadable);
    }
    return templates;
  }

  private static boolean isTemplate(Path file) {
    return file.getFileName().toString().matches("[^.].*\\.(subject|txt|html)");
  }

  private void add(Path file) {
    String name = file.getFileName().toString();
    Matcher form = FILE.matcher(name);
    if (!form.matches() || MailKind.find(form.group("kind")).isEmpty()) {
      throw new IllegalArgumentException(
          "has a file %s, which names no mail: its name must be one of %s, perhaps with a language"
                  .formatted(name, List.of(MailKind.values()))
              + " (reset.de.html), and end in .subject, .txt or .html");
    }
    MailTemplate template = MailTemplate.compile(name, read(file));
    template.check(MailValues.sample());
    own.put(name, template);
    if (form.group("language") != null) {
      languages.add(form.group("language"));
    }
  }

  private static String read(Path file) {
    try {
      if (Files.size(file) <= MAX_BYTES) {
        return Files.readString(file);
      }
    } catch (IOException _) {
      // As for one that is too large.
    }
    throw new IllegalArgumentException(
        file.getFileName() + " must be a file of UTF-8 text of at most 256 KiB");
  }

  /** Returns whether any mail has a template in that language. */
  boolean speak(String language) {
    return languages.contains(language);
  }

  /**
   * Renders a mail.
   *
   * @param locale of its reader, a BCP 47 tag
   * @param otherwise the language for readers whose language is unknown or has no templates
   */
  RenderedMail render(
      MailKind kind, @Nullable String locale, String otherwise, Map<String, Object> values) {
    String wanted = locale == null ? "" : Locale.forLanguageTag(locale).getLanguage();
    String language = languages.contains(wanted) ? wanted : otherwise;
    RenderedMail standard =
        delivered.render(
            kind,
            Stream.of(language, otherwise)
                .filter(delivered.languages()::contains)
                .findFirst()
                .orElse("en"),
            values);
    return new RenderedMail(
        language,
        part(kind, language, "subject", standard.subject(), values),
        part(kind, language, "txt", standard.text(), values),
        part(kind, language, "html", standard.html(), values));
  }

  private String part(
      MailKind kind, String language, String part, String standard, Map<String, Object> values) {
    MailTemplate template =
        own.getOrDefault(
            "%s.%s.%s".formatted(kind, language, part), own.get("%s.%s".formatted(kind, part)));
    return template == null ? standard : template.render(values);
  }
}
