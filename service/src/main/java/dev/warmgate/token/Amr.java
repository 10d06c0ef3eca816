package dev.warmgate.token;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How the user of a session has proven who they are, and when, as the database keeps it: {@code
 * password@1764412800 totp@1764412830}.
 */
public record Amr(String text) {
  public static final String PASSWORD = "password";

  /** The link or the code of a mail. */
  public static final String EMAIL = "email";

  public static final String TOTP = "totp";
  public static final String RECOVERY_CODE = "recovery_code";
  public static final String PASSKEY = "webauthn";

  private static final String SEPARATOR = " ";
  private static final char AT = '@';

  /** The names of RFC 8176; a method without one keeps its own. */
  private static final Map<String, String> REGISTERED =
      Map.of(PASSWORD, "pwd", TOTP, "otp", RECOVERY_CODE, "otp", PASSKEY, "pop");

  public static Amr of(String method, Instant at) {
    return new Amr(method + AT + at.getEpochSecond());
  }

  /** Returns the same with another method in place of the first. */
  public Amr by(String method) {
    return new Amr(method + text.substring(text.indexOf(AT)));
  }

  /** Returns the same with one more method, or with a newer time of one that is there. */
  public Amr and(String method, Instant at) {
    List<String> all = new ArrayList<>();
    timed().keySet().stream()
        .filter(known -> !known.equals(method))
        .forEach(known -> all.add(known + AT + timed().get(known)));
    all.add(of(method, at).text);
    return new Amr(String.join(SEPARATOR, all));
  }

  /** Returns the seconds of each method, in the order in which they were used. */
  public Map<String, Long> timed() {
    Map<String, Long> timed = new LinkedHashMap<>();
    for (String one : text.split(SEPARATOR, -1)) {
      int at = one.lastIndexOf(AT);
      if (at > 0) {
        timed.put(one.substring(0, at), Long.valueOf(one.substring(at + 1)));
      }
    }
    return timed;
  }

  /** Returns the claim of RFC 8176. */
  List<String> claim(int aal) {
    Set<String> names = new LinkedHashSet<>();
    for (String method : timed().keySet()) {
      names.add(REGISTERED.getOrDefault(method, method));
    }
    if (aal > 1) {
      names.add("mfa");
    }
    return List.copyOf(names);
  }
}
