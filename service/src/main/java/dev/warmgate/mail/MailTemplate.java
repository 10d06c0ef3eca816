package dev.warmgate.mail;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.MustacheException;
import com.samskivert.mustache.Template;
import java.io.IOException;
import java.io.Writer;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One Mustache template. It also takes the names as Go's templates write them, {@code {{ .Email
 * }}}, as in the templates of Supabase. A mistake is reported with file and line.
 */
final class MailTemplate {
  private static final Pattern GO_NAME =
      Pattern.compile("(\\{\\{[#^/&]?)[ \\t]*-?[ \\t]*\\.([A-Za-z][\\w.]*)[ \\t]*-?[ \\t]*(?=}})");

  private static final Pattern LINE = Pattern.compile("line (\\d+)");

  private static final Mustache.Compiler TEXT =
      Mustache.compiler().escapeHTML(false).emptyStringIsFalse(true).strictSections(true);

  private static final Mustache.Compiler HTML = TEXT.escapeHTML(true);

  private static final Mustache.InvertibleLambda RENDERED =
      new Mustache.InvertibleLambda() {
        @Override
        public void execute(Template.Fragment section, Writer out) throws IOException {
          section.execute(out);
        }

        @Override
        public void executeInverse(Template.Fragment section, Writer out) throws IOException {
          section.execute(out);
        }
      };

  private final String file;
  private final Template template;

  private MailTemplate(String file, Mustache.Compiler compiler, String source) {
    this.file = file;
    try {
      this.template = compiler.compile(GO_NAME.matcher(source).replaceAll("$1$2"));
    } catch (RuntimeException mistake) {
      throw explained(mistake);
    }
  }

  /**
   * Compiles a template; one whose file's name ends in {@code .html} escapes the values.
   *
   * @throws IllegalArgumentException with file and line if it does not compile
   */
  static MailTemplate compile(String file, String source) {
    // The compiler would take it for text.
    int last = source.lastIndexOf("{{");
    if (last >= 0 && source.indexOf("}}", last) < 0) {
      long line = source.substring(0, last).chars().filter(c -> c == '\n').count() + 1;
      throw new IllegalArgumentException("%s:%d: {{ without }}".formatted(file, line));
    }
    return new MailTemplate(file, file.endsWith(".html") ? HTML : TEXT, source);
  }

  /**
   * Tries the template: with the given values, and once with every section rendered, so that a
   * mistake in one that few mails have is found as well.
   *
   * @throws IllegalArgumentException with file and line if it uses a name that is not given
   */
  void check(Map<String, Object> values) {
    try {
      String _ = template.execute(values);
      String _ = template.execute(everySection(values));
    } catch (RuntimeException mistake) {
      throw explained(mistake);
    }
  }

  /**
   * @throws UnusableTemplate with file and line
   */
  String render(Map<String, Object> values) {
    try {
      return template.execute(values);
    } catch (RuntimeException mistake) {
      throw new UnusableTemplate(explained(mistake));
    }
  }

  /**
   * Returns values of which each renders the sections that need it and those that need its lack.
   */
  private static Map<String, Object> everySection(Map<String, Object> values) {
    Map<String, Object> all = new HashMap<>();
    for (Map.Entry<String, Object> value : values.entrySet()) {
      Mustache.CustomContext context = _ -> RENDERED;
      all.put(
          value.getKey(), value.getValue() instanceof Mustache.CustomContext ? context : RENDERED);
    }
    return all;
  }

  private IllegalArgumentException explained(RuntimeException mistake) {
    if (mistake instanceof MustacheException.Context missing) {
      return new IllegalArgumentException(
          "%s:%d: there is no {{%s}}".formatted(file, missing.lineNo, missing.key), mistake);
    }
    String message = String.valueOf(mistake.getMessage());
    Matcher line = LINE.matcher(message);
    return new IllegalArgumentException(
        "%s:%s: %s"
            .formatted(file, line.find() ? line.group(1) : "1", message.replaceAll("\\s+", " ")),
        mistake);
  }
}
