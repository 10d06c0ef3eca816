package dev.warmgate.gotrue;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.warmgate.secret.Crypto;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Proof Key for Code Exchange (RFC 7636). */
final class CodeChallenge {
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._~-]{43,128}");
  private static final String S256 = "s256";
  private static final String PLAIN = "plain";

  private CodeChallenge() {}

  /**
   * Returns the challenge of a request as it is stored: after its method and a colon.
   *
   * @throws GoTrueException 400 if it is malformed
   */
  static Optional<String> of(JsonBody body) {
    Optional<String> challenge = body.text("code_challenge");
    if (challenge.isEmpty()) {
      return Optional.empty();
    }
    String method = body.text("code_challenge_method").orElse(PLAIN).toLowerCase(Locale.ROOT);
    if (!FORM.matcher(challenge.get()).matches()
        || !(method.equals(S256) || method.equals(PLAIN))) {
      throw GoTrueException.invalid("invalid code challenge or code challenge method");
    }
    return Optional.of(method + ":" + challenge.get());
  }

  /** Returns whether the verifier is the one of a stored challenge. */
  static boolean isMet(String stored, String verifier) {
    if (!FORM.matcher(verifier).matches()) {
      return false;
    }
    String method = stored.substring(0, stored.indexOf(':'));
    String expected = stored.substring(method.length() + 1);
    String given =
        method.equals(S256)
            ? Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(Crypto.sha256(verifier.getBytes(US_ASCII)))
            : verifier;
    return MessageDigest.isEqual(expected.getBytes(US_ASCII), given.getBytes(US_ASCII));
  }
}
