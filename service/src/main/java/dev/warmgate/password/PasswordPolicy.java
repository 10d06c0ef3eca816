package dev.warmgate.password;

import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What may become a password: 8 to 256 characters of any kind that are not on the list of common
 * ones (OWASP ASVS 5.0, 6.2.1, 6.2.4, 6.2.5, 6.2.9). There are no composition rules.
 */
public final class PasswordPolicy {
  private static final int MIN_LENGTH = 8;
  private static final int MAX_LENGTH = 256;
  private static final String LIST = "/common-passwords.txt";

  private final Set<String> common;

  public PasswordPolicy() {
    try (BufferedReader list =
        new BufferedReader(
            new InputStreamReader(
                PasswordPolicy.class.getResourceAsStream(LIST), StandardCharsets.UTF_8))) {
      common =
          list.lines()
              .filter(line -> !line.startsWith("#"))
              .collect(Collectors.toUnmodifiableSet());
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /**
   * @param field the name the password has in the JSON of the request
   * @throws ApiException if the password may not be used
   */
  public void check(String field, Password password) {
    int length = password.length();
    if (length < MIN_LENGTH || length > MAX_LENGTH) {
      throw ApiException.field(
          ProblemType.WEAK_PASSWORD,
          field,
          "must have " + MIN_LENGTH + " to " + MAX_LENGTH + " characters");
    }
    if (common.contains(password.text().toLowerCase(Locale.ROOT))) {
      throw ApiException.field(
          ProblemType.WEAK_PASSWORD, field, "is one of the most common passwords");
    }
  }
}
