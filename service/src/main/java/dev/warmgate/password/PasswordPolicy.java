package dev.warmgate.password;

import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.Weakness;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Decides whether a new password is acceptable: 8 to 256 characters by default, not a common
 * password, not made of the e-mail address or the service's name, and in no known breach if that
 * check is configured (OWASP ASVS 5.0, 6.2.1, 6.2.4, 6.2.5, 6.2.9, 6.2.11, 6.2.12). There are no
 * composition rules.
 */
public final class PasswordPolicy {
  static final int MAX_LENGTH = 256;

  private static final String PRODUCT = "warmgate";
  private static final String LIST = "/common-passwords.txt";

  private final int minLength;
  private final Set<String> common;
  private final ContextWords service;
  private final BreachCheck breaches;

  /**
   * @param ownName the host name under which clients call the service
   */
  public PasswordPolicy(PasswordConfiguration configuration, String ownName, BreachCheck breaches) {
    this.minLength = configuration.minLength();
    this.common = common();
    this.service = ContextWords.of(PRODUCT, ownName);
    this.breaches = breaches;
  }

  private static Set<String> common() {
    try (BufferedReader list =
        new BufferedReader(
            new InputStreamReader(
                PasswordPolicy.class.getResourceAsStream(LIST), StandardCharsets.UTF_8))) {
      return list.lines()
          .filter(line -> !line.startsWith("#"))
          .collect(Collectors.toUnmodifiableSet());
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /**
   * Runs the breach check last. It waits for another service, so the caller must not hold a
   * database connection or another shared resource.
   *
   * @param field the name of the password's field in the JSON of the request
   * @param email the e-mail address of the account
   * @throws ApiException 422 if the password is not acceptable
   */
  public void check(String field, Password password, String email) {
    int length = password.length();
    String bounds = "must have " + minLength + " to " + MAX_LENGTH + " characters";
    require(length >= minLength, field, bounds, new Weakness(Weakness.Kind.TOO_SHORT, minLength));
    require(length <= MAX_LENGTH, field, bounds, new Weakness(Weakness.Kind.TOO_LONG, MAX_LENGTH));
    require(
        !common.contains(password.text().toLowerCase(Locale.ROOT)),
        field,
        "is one of the most common passwords",
        Weakness.of(Weakness.Kind.COMMON));
    ContextWords address = ContextWords.of(email);
    Weakness guessable = Weakness.of(Weakness.Kind.GUESSABLE);
    require(!address.makeUp(password), field, "is little more than the e-mail address", guessable);
    require(
        !service.and(address).makeUp(password),
        field,
        "is little more than the service's name",
        guessable);
    require(
        !breaches.finds(password),
        field,
        "appeared in a data breach",
        Weakness.of(Weakness.Kind.BREACHED));
  }

  private static void require(boolean condition, String field, String message, Weakness otherwise) {
    if (!condition) {
      throw ApiException.weakPassword(field, message, otherwise);
    }
  }
}
