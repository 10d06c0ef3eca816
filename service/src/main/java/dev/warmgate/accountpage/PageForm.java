package dev.warmgate.accountpage;

import dev.warmgate.account.EmailAddress;
import dev.warmgate.password.Password;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The fields of a form that one of the pages has sent, which {@link PageFormReader} has checked.
 * {@link #toString} hides them.
 */
record PageForm(Map<String, String> fields) {
  /** Where nothing was sent yet. */
  static final PageForm EMPTY = new PageForm(Map.of());

  /** The field with the token of the form. */
  static final String TOKEN = "form";

  private static final int MAX_SHOWN = 300;

  /**
   * @throws ApiException 400 if the body is no form, or has a field twice
   */
  static PageForm parse(String body) {
    Map<String, String> fields = new HashMap<>();
    for (String field : body.split("&", -1)) {
      String[] parts = field.split("=", 2);
      if (parts.length == 2 && fields.put(decode(parts[0]), decode(parts[1])) != null) {
        throw new ApiException(ProblemType.BAD_REQUEST);
      }
    }
    return new PageForm(fields);
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException malformed) {
      throw new ApiException(ProblemType.BAD_REQUEST);
    }
  }

  /** Returns what was entered; empty if nothing was. */
  Optional<String> find(String name) {
    return Optional.ofNullable(fields.get(name)).filter(value -> !value.isEmpty());
  }

  /** Returns what was entered, to show it again; nothing if it is longer than anything valid. */
  String text(String name) {
    return find(name).filter(text -> text.length() <= MAX_SHOWN).orElse("");
  }

  /**
   * @throws ApiException 422 if it is not an address
   */
  EmailAddress email() {
    return read("email", EmailAddress::parse);
  }

  /**
   * @throws ApiException 422 if nothing was entered
   */
  Password password(String name) {
    return read(name, Password::new);
  }

  /** Returns the password of the account, if it was entered. */
  Optional<Password> password() {
    return find("password").map(_ -> password("password"));
  }

  /**
   * @throws ApiException 422 if nothing was entered
   */
  String code(String name) {
    return read(
        name,
        text -> {
          if (text.isBlank()) {
            throw new IllegalArgumentException("must not be empty");
          }
          return text;
        });
  }

  private <T> T read(String name, Function<String, T> parse) {
    String text =
        find(name)
            .orElseThrow(
                () -> ApiException.field(ProblemType.VALIDATION_FAILED, name, "must not be empty"));
    try {
      return parse.apply(text);
    } catch (IllegalArgumentException refused) {
      throw ApiException.field(ProblemType.VALIDATION_FAILED, name, refused.getMessage());
    }
  }

  @Override
  public String toString() {
    return "PageForm[…]";
  }
}
