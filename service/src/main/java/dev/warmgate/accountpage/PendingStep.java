package dev.warmgate.accountpage;

import dev.warmgate.problem.SecondStep;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A sign-in whose first step was right in this browser. Its second step can be done here only,
 * since nobody else has its token; {@link #toString} hides it.
 *
 * @param kinds of factors that the account has
 * @param redirectTo where to go afterwards
 * @param done what to say there: the end of the key of a text
 */
record PendingStep(String token, List<String> kinds, @Nullable String redirectTo, String done) {
  private static final String NONE = "-";
  private static final Pattern KEY = Pattern.compile("[a-z-]{1,40}");

  static PendingStep of(SecondStep step, @Nullable String redirectTo, String done) {
    return new PendingStep(step.mfaToken(), step.factors(), redirectTo, done);
  }

  boolean has(String kind) {
    return kinds.contains(kind);
  }

  /** Returns the value of a cookie. */
  String write() {
    String text =
        String.join(
            " ", token, String.join(",", kinds), redirectTo == null ? NONE : redirectTo, done);
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns what was written; the browser's owner may have changed it. */
  static Optional<PendingStep> read(String cookie) {
    try {
      String text = new String(Base64.getUrlDecoder().decode(cookie), StandardCharsets.UTF_8);
      String[] parts = text.split(" ", -1);
      return parts.length == 4 && KEY.matcher(parts[3]).matches()
          ? Optional.of(
              new PendingStep(
                  parts[0],
                  List.of(parts[1].split(",", -1)),
                  parts[2].equals(NONE) ? null : parts[2],
                  parts[3]))
          : Optional.empty();
    } catch (IllegalArgumentException garbage) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return "PendingStep[…]";
  }
}
