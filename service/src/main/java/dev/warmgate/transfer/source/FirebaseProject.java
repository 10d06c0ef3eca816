package dev.warmgate.transfer.source;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The hash parameters of a Firebase project, which its console shows; {@link #toString} hides the
 * signer key, without which no password can be checked.
 */
public record FirebaseProject(String signerKey, String saltSeparator, int rounds, int memCost) {
  /**
   * Reads them as the console shows them, or as JSON with the same names.
   *
   * @throws IllegalArgumentException with the name of what is missing
   */
  public static FirebaseProject parse(String text) {
    return new FirebaseProject(
        find(text, "base64_signer_key", "[A-Za-z0-9+/_=-]+"),
        find(text, "base64_salt_separator", "[A-Za-z0-9+/_=-]+"),
        Integer.parseInt(find(text, "rounds", "\\d{1,4}")),
        Integer.parseInt(find(text, "mem_cost", "\\d{1,2}")));
  }

  private static String find(String text, String name, String value) {
    Matcher found =
        Pattern.compile("\\b" + name + "\"?\\s*:\\s*\"?(" + value + ")\"?").matcher(text);
    if (!found.find()) {
      throw new IllegalArgumentException("has no " + name);
    }
    return found.group(1);
  }

  @Override
  public String toString() {
    return "FirebaseProject[…]";
  }
}
