package dev.warmgate.accountpage;

import dev.warmgate.proof.ProofKind;
import jakarta.ws.rs.core.NewCookie;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The cookies of the pages. No script can read them, and no other site, not even on another host of
 * the same domain, can set them ({@code __Host-}). Browsers keep that promise over TLS only, so an
 * issuer without TLS, which is for development, has cookies without it.
 */
final class PageCookies {
  /** What a cookie holds. */
  record Kind(String name) {
    /** The tokens of the session; until the browser is closed. */
    static final Kind SESSION = new Kind("session");

    /** What makes the tokens of forms valid in this browser only; until the browser is closed. */
    static final Kind FORM = new Kind("form");

    /** The mails of each kind that were asked for last, whose codes can be entered here only. */
    static final Kind PENDING = new Kind("pending");

    /** The sign-in whose second step is still to be done. */
    static final Kind SECOND_STEP = new Kind("second-step");

    /** The device token. */
    static final Kind DEVICE = new Kind("device");

    /** The language that was chosen. */
    static final Kind LANGUAGE = new Kind("language");

    /** The secret of the link of this kind that was opened last. */
    static Kind link(ProofKind kind) {
      return new Kind("link-" + kind);
    }
  }

  static final Duration LINK_LIFETIME = Duration.ofMinutes(30);
  static final Duration SECOND_STEP_LIFETIME = Duration.ofMinutes(5);
  static final Duration LANGUAGE_LIFETIME = Duration.ofDays(365);

  private final boolean secure;

  /**
   * @param issuer where clients reach the service
   */
  PageCookies(String issuer) {
    this.secure = issuer.startsWith("https://");
  }

  private String name(Kind kind) {
    return (secure ? "__Host-" : "") + "warmgate-" + kind.name();
  }

  /** Returns a cookie that lasts until the browser is closed. */
  NewCookie create(Kind kind, String value) {
    return builder(kind, value).build();
  }

  NewCookie create(Kind kind, String value, Duration lifetime) {
    return builder(kind, value).maxAge((int) lifetime.toSeconds()).build();
  }

  NewCookie remove(Kind kind) {
    return builder(kind, "").maxAge(0).build();
  }

  /**
   * Lax, not strict: the browser would not send a strict cookie after a click in a web mailer. It
   * sends a lax one with no form of another site.
   */
  private NewCookie.Builder builder(Kind kind, String value) {
    return new NewCookie.Builder(name(kind))
        .value(value)
        .path("/")
        .httpOnly(true)
        .secure(secure)
        .sameSite(NewCookie.SameSite.LAX);
  }

  /**
   * Returns the value of a cookie, unless it is empty. A name that comes twice counts as missing:
   * one of the two is not ours. Commas separate nothing, since any host of the domain can set a
   * cookie with one in its value.
   *
   * @param headers each header with cookies
   */
  Optional<String> find(@Nullable List<String> headers, Kind kind) {
    if (headers == null) {
      return Optional.empty();
    }
    String start = name(kind) + "=";
    List<String> found =
        headers.stream()
            .flatMap(header -> Arrays.stream(header.split(";", -1)))
            .map(String::strip)
            .filter(cookie -> cookie.startsWith(start))
            .limit(2)
            .toList();
    return found.size() == 1
        // Some clients put values into quotes, as they may (RFC 6265 section 4.1.1).
        ? Optional.of(found.getFirst().substring(start.length()).replace("\"", ""))
            .filter(value -> !value.isEmpty())
        : Optional.empty();
  }
}
