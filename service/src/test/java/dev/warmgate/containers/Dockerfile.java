package dev.warmgate.containers;

import java.util.List;
import java.util.regex.Pattern;

/** Reads instructions from the text of a Dockerfile. */
final class Dockerfile {
  private static final Pattern FROM = Pattern.compile("(?m)^FROM (\\S+)(?: AS (\\S+))?$");
  private static final Pattern USER = Pattern.compile("(?m)^USER (\\S+)$");
  private static final Pattern COPY = Pattern.compile("(?m)^COPY (?!--from=)(.+) \\S+$");

  private Dockerfile() {}

  /** Returns the images of all stages. */
  static List<String> images(String text) {
    return FROM.matcher(text).results().map(from -> from.group(1)).toList();
  }

  /** Returns the user of the last stage; empty if there is no USER instruction. */
  static String user(String text) {
    String last = text.substring(text.lastIndexOf("\nFROM "));
    return USER.matcher(last).results().map(user -> user.group(1)).findFirst().orElse("");
  }

  /** Returns the paths that are copied from the checkout. */
  static List<String> copied(String text) {
    return COPY.matcher(text)
        .results()
        .flatMap(copy -> List.of(copy.group(1).split(" ", -1)).stream())
        .toList();
  }
}
