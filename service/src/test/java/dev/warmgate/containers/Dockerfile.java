package dev.warmgate.containers;

import java.util.List;
import java.util.regex.Pattern;

/** What a Dockerfile says. */
final class Dockerfile {
  private static final Pattern FROM = Pattern.compile("(?m)^FROM (\\S+)(?: AS (\\S+))?$");
  private static final Pattern USER = Pattern.compile("(?m)^USER (\\S+)$");
  private static final Pattern COPY = Pattern.compile("(?m)^COPY (?!--from=)(.+) \\S+$");

  private Dockerfile() {}

  /** The images of all its stages. */
  static List<String> images(String text) {
    return FROM.matcher(text).results().map(from -> from.group(1)).toList();
  }

  /** Who the last stage runs as; empty if that is not said. */
  static String user(String text) {
    String last = text.substring(text.lastIndexOf("\nFROM "));
    return USER.matcher(last).results().map(user -> user.group(1)).findFirst().orElse("");
  }

  /** What it copies of the checkout. */
  static List<String> copied(String text) {
    return COPY.matcher(text)
        .results()
        .flatMap(copy -> List.of(copy.group(1).split(" ", -1)).stream())
        .toList();
  }
}
