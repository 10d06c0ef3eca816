package dev.warmgate.accountpage;

import dev.warmgate.proof.ProofKind;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The mail that this browser has asked for last. Its code can be entered here only, since it is
 * good only together with the id of the request.
 *
 * @param current the request of the second mail of a change of address
 * @param redirectTo where to go afterwards
 */
record PendingProof(
    ProofKind kind, UUID requestId, @Nullable UUID current, @Nullable String redirectTo) {
  private static final String NONE = "-";

  /** Returns the value of a cookie. */
  String write() {
    String text =
        String.join(
            " ",
            kind.toString(),
            requestId.toString(),
            current == null ? NONE : current.toString(),
            redirectTo == null ? NONE : redirectTo);
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns what {@link #write} has written; the browser's owner may have changed it. */
  static Optional<PendingProof> read(String cookie) {
    try {
      String text = new String(Base64.getUrlDecoder().decode(cookie), StandardCharsets.UTF_8);
      String[] parts = text.split(" ", -1);
      if (parts.length != 4) {
        return Optional.empty();
      }
      UUID request = UUID.fromString(parts[1]);
      UUID current = parts[2].equals(NONE) ? null : UUID.fromString(parts[2]);
      String redirectTo = parts[3].equals(NONE) ? null : parts[3];
      return kind(parts[0]).map(kind -> new PendingProof(kind, request, current, redirectTo));
    } catch (IllegalArgumentException garbage) {
      return Optional.empty();
    }
  }

  static Optional<ProofKind> kind(String name) {
    return Arrays.stream(ProofKind.values())
        .filter(kind -> kind.toString().equals(name))
        .findFirst();
  }
}
