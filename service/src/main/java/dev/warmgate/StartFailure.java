package dev.warmgate;

import dev.warmgate.logging.RootCause;
import io.dropwizard.configuration.ConfigurationException;
import io.dropwizard.configuration.UndefinedEnvironmentVariableException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Describes in one line, without a stack trace, why a command failed; names the invalid
 * configuration key, if there is one.
 */
public final class StartFailure {
  private static final Pattern OUR_KEY =
      Pattern.compile("(?m)^ *\\* (?!server|logging|health|metrics|admin)\\S+");

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
      String message = oneLine(failed.getMessage());
      return shortened(message) + ConfigurationVariables.namesIn(message);
    }
    return what + ": " + oneLine(RootCause.of(failed));
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
