package dev.warmgate.token;

/**
 * A row of the table.
 *
 * @param name what is wrong with the token
 * @param code what the service says
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
