package dev.warmgate;

import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import dev.warmgate.logging.RootCause;
import io.dropwizard.configuration.ConfigurationException;
import io.dropwizard.configuration.UndefinedEnvironmentVariableException;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Describes in one line, without a stack trace, why a command failed; names the invalid
 * configuration key, if there is one.
 */
public final class StartFailure {
  private static final Pattern OUR_KEY =
      Pattern.compile("(?m)^ *\\* (?!server|logging|health|metrics|admin)\\S+");

  private static final Pattern WRONG_TYPE =
      Pattern.compile(
          "Incorrect type of value at: (\\S+); is of type: \\S+, expected: (\\S+)",
          Pattern.CASE_INSENSITIVE);

  private static final int LONGEST = 800;

  private StartFailure() {}

  static String sentence(Throwable failed) {
    return sentence("warmgate did not start", failed);
  }

  /**
   * @param what failed, such as a command
   */
  public static String sentence(String what, Throwable failed) {
    if (failed instanceof ConfigurationException
        || failed instanceof UndefinedEnvironmentVariableException) {
      String message =
          oneLine(
              WRONG_TYPE.matcher(failed.getMessage()).replaceFirst(type -> wanted(type, failed)));
      return shortened(message) + ConfigurationVariables.namesIn(message);
    }
    return what + ": " + oneLine(RootCause.of(failed));
  }

  /** Says what a key wants in the words of the file, where the parser names Java's types. */
  private static String wanted(MatchResult type, Throwable failed) {
    String wants =
        switch (type.group(2).toLowerCase(Locale.ROOT)) {
          case "boolean" -> "on or off";
          case "int", "integer", "long" -> "a whole number";
          default -> values(failed);
        };
    return Matcher.quoteReplacement(
        wants.isEmpty() ? type.group() : type.group(1) + " must be " + wants);
  }

  private static String values(Throwable failed) {
    return failed.getCause() instanceof InvalidFormatException wrong
            && wrong.getTargetType().isEnum()
        ? Stream.of(wrong.getTargetType().getEnumConstants())
            .map(value -> value.toString().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(", ", "one of ", ""))
        : "";
  }

  /** A message may repeat the value, which may be of any length. */
  private static String shortened(String message) {
    return message.length() <= LONGEST ? message : message.substring(0, LONGEST) + "…";
  }

  private static String oneLine(String message) {
    return keysInSnakeCase(message)
        .strip()
        .replaceAll(
            "Failed to parse configuration at: (\\S+); Cannot construct .*?, problem: ", "$1 ")
        .replaceAll("\\s*at \\[Source: [^\\]]*\\]( \\(through reference chain: .*\\))?", "")
        .replaceAll("\\s*\\R\\s*", " ");
  }

  /**
   * Validation names Java properties; in the file, all keys but Dropwizard's own are in snake case.
   */
  private static String keysInSnakeCase(String message) {
    return OUR_KEY
        .matcher(message)
        .replaceAll(
            key -> key.group().replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT));
  }
}
