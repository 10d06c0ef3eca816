package dev.warmgate.accountpage;

import dev.warmgate.proof.ProofKind;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A mail that this browser has asked for. Its code can be entered here only, since it is good only
 * together with the id of the request.
 *
 * @param current the request of the second mail of a change of address
 * @param redirectTo where to go afterwards
 */
record PendingProof(
    ProofKind kind, UUID requestId, @Nullable UUID current, @Nullable String redirectTo) {
  private static final String NONE = "-";
  private static final String SEPARATOR = "~";

  /** The cookies of all pages must fit into the headers of a request. */
  private static final int MOST = 3;

  /** Returns what is left of a change of address once the new address has confirmed it. */
  PendingProof onlyCurrent() {
    return new PendingProof(
        ProofKind.CHANGE_ADDRESS_CURRENT, Objects.requireNonNull(current), null, redirectTo);
  }

  /** Returns what is left of a change of address once the current address has confirmed it. */
  PendingProof withoutCurrent() {
    return new PendingProof(kind, requestId, null, redirectTo);
  }

  /** Returns the value of a cookie: this one first, then the last ones of other kinds. */
  static String write(PendingProof newest, List<PendingProof> others) {
    return Stream.concat(
            Stream.of(newest), others.stream().filter(other -> other.kind != newest.kind))
        .limit(MOST)
        .map(PendingProof::write)
        .collect(Collectors.joining(SEPARATOR));
  }

  private String write() {
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

  /** Returns what was written, the newest first; the browser's owner may have changed it. */
  static List<PendingProof> read(String cookie) {
    return Arrays.stream(cookie.split(Pattern.quote(SEPARATOR), MOST + 1))
        .limit(MOST)
        .map(PendingProof::readOne)
        .flatMap(Optional::stream)
        .toList();
  }

  private static Optional<PendingProof> readOne(String cookie) {
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
