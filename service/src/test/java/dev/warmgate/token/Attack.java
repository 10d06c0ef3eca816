package dev.warmgate.token;

/**
 * An invalid token and the expected answer.
 *
 * @param name what is wrong with the token
 * @param code the expected problem code
 */
record Attack(String name, String token, String code) {
  static Attack invalid(String name, String token) {
    return new Attack(name, token, "invalid_token");
  }

  @Override
  public String toString() {
    return name;
  }
}
