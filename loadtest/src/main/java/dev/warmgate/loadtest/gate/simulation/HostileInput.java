package dev.warmgate.loadtest.gate.simulation;

import java.util.ArrayList;
import java.util.List;

/**
 * A request of up to 64 KiB built to cause as much work as possible, which the service must refuse
 * cheaply.
 *
 * @param expected the status of the refusal
 */
record HostileInput(String name, String path, String body, int expected) {
  private static final int BAD_REQUEST = 400;
  private static final int UNAUTHORIZED = 401;
  private static final int UNPROCESSABLE = 422;

  private static final int SIZE = 60_000;
  private static final String GOOD_EMAIL = "someone@load-test.invalid";
  private static final String GOOD_PASSWORD = "seven quiet lanterns";

  /** Returns each kind of input for each endpoint that reads such input. */
  static List<HostileInput> all() {
    String marks = "e" + "\u0301\u0323".repeat(SIZE / 4);
    String ignorable = "\u034f\ufe0f".repeat(SIZE / 5);
    List<HostileInput> inputs = new ArrayList<>();
    for (String endpoint : List.of("register", "login")) {
      inputs.add(credentials("marks in a password", endpoint, GOOD_EMAIL, marks));
      inputs.add(credentials("ignorable password", endpoint, GOOD_EMAIL, ignorable));
      inputs.add(credentials("marks in an address", endpoint, marks + "@example.com", ""));
      inputs.add(credentials("marks in a domain", endpoint, "a@" + marks + ".com", ""));
      inputs.add(credentials("one label", endpoint, "a@" + "b".repeat(SIZE) + ".com", ""));
      inputs.add(credentials("IDN labels", endpoint, "a@" + "ü.".repeat(SIZE / 3) + "com", ""));
      inputs.add(
          new HostileInput(
              "deep nesting", endpoint, "{\"email\":" + "[".repeat(SIZE), UNPROCESSABLE));
      inputs.add(
          malformed("many members", endpoint, "{" + "\"a\":1,".repeat(SIZE / 6) + "\"b\":1}"));
      inputs.add(malformed("a long number", endpoint, "{\"email\":" + "9".repeat(SIZE) + "}"));
      inputs.add(
          new HostileInput("an exponent", endpoint, "{\"email\":1e999999999}", UNPROCESSABLE));
    }
    inputs.add(
        new HostileInput(
            "dots in a token",
            "refresh",
            "{\"refresh_token\":\"" + ".".repeat(SIZE) + "\"}",
            UNAUTHORIZED));
    return inputs;
  }

  private static HostileInput credentials(
      String name, String endpoint, String email, String password) {
    String secret = password.isEmpty() ? GOOD_PASSWORD : password;
    return new HostileInput(
        name,
        endpoint,
        "{\"email\":\"" + email + "\",\"password\":\"" + secret + "\"}",
        UNPROCESSABLE);
  }

  private static HostileInput malformed(String name, String endpoint, String body) {
    return new HostileInput(name, endpoint, body, BAD_REQUEST);
  }
}
