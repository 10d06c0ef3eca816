package dev.warmgate.database;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The statements of a script as PostgreSQL would split them: comments, texts and the bodies of
 * functions cannot hide anything from who reads them, or look like something else.
 */
final class SqlScript {
  /**
   * A statement.
   *
   * @param text its words in lower case, a space between any two; texts and bodies are {@code ''}
   * @param literal the same with its texts
   * @param comments the comments before its first word
   */
  record Statement(String text, String literal, String comments) {}

  /** One of these is at each place of a script; the order matters. */
  private static final Pattern TOKEN =
      Pattern.compile(
          "(?<space>\\s+)"
              + "|(?<line>--[^\\n]*)"
              + "|(?<block>/\\*)"
              + "|(?<body>\\$(?<tag>[A-Za-z_]\\w*|)\\$.*?\\$\\k<tag>\\$)"
              + "|(?<escaped>[eE]'(?:[^'\\\\]|''|\\\\.)*')"
              + "|(?<string>'(?:[^']|'')*')"
              + "|(?<quoted>\"(?:[^\"]|\"\")*\")"
              + "|(?<word>[\\w.]+)"
              + "|(?<symbol>::|\\|\\||.)",
          Pattern.DOTALL);

  private final String script;
  private final List<Statement> statements = new ArrayList<>();
  private final List<String> text = new ArrayList<>();
  private final List<String> literal = new ArrayList<>();
  private final List<String> comments = new ArrayList<>();

  private SqlScript(String script) {
    this.script = script;
  }

  static List<Statement> statements(String script) {
    SqlScript read = new SqlScript(script);
    read.read();
    return read.statements;
  }

  private void read() {
    Matcher token = TOKEN.matcher(script);
    int at = 0;
    while (at < script.length() && token.find(at)) {
      at = token.end();
      if (token.group("block") != null) {
        at = endOfComment(at);
      } else if (token.group("line") != null && text.isEmpty()) {
        comments.add(token.group());
      } else if (token.group("body") != null || token.group("escaped") != null) {
        add("''", "''");
      } else if (token.group("string") != null) {
        add("''", token.group());
      } else if (token.group("quoted") != null) {
        add(token.group(), token.group());
      } else if (";".equals(token.group("symbol"))) {
        end();
      } else if (token.group("word") != null || token.group("symbol") != null) {
        String word = token.group().toLowerCase(Locale.ROOT);
        add(word, word);
      }
    }
    end();
  }

  /** Comments of this kind may contain others. */
  private int endOfComment(int from) {
    int depth = 1;
    int at = from;
    while (depth > 0 && at < script.length()) {
      if (script.startsWith("*/", at)) {
        depth--;
        at += 2;
      } else if (script.startsWith("/*", at)) {
        depth++;
        at += 2;
      } else {
        at++;
      }
    }
    return at;
  }

  private void add(String word, String withText) {
    text.add(word);
    literal.add(withText);
  }

  private void end() {
    if (!text.isEmpty()) {
      statements.add(
          new Statement(
              String.join(" ", text), String.join(" ", literal), String.join("\n", comments)));
    }
    text.clear();
    literal.clear();
    comments.clear();
  }

  /** Splits at the commas outside of all parentheses. */
  static List<String> parts(String list) {
    List<String> parts = new ArrayList<>();
    int depth = 0;
    StringBuilder part = new StringBuilder();
    for (String word : list.split(" ", -1)) {
      depth += word.equals("(") ? 1 : word.equals(")") ? -1 : 0;
      if (depth == 0 && word.equals(",")) {
        parts.add(part.toString().strip());
        part.setLength(0);
      } else {
        part.append(word).append(' ');
      }
    }
    parts.add(part.toString().strip());
    return parts;
  }

  /** Returns what follows the parenthesis that the text begins with. */
  static String afterParentheses(String text) {
    int depth = 0;
    String[] words = text.split(" ", -1);
    for (int i = 0; i < words.length; i++) {
      depth += words[i].equals("(") ? 1 : words[i].equals(")") ? -1 : 0;
      if (depth == 0) {
        return String.join(" ", List.of(words).subList(i + 1, words.length));
      }
    }
    return "not closed";
  }
}
