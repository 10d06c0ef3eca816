package dev.warmgate.oauth;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.warmgate.session.RefreshGrants;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The answer to an introspection (RFC 7662 section 2.2): the claims of an active token, or only
 * that the token is not active.
 *
 * @param tokenType {@code Bearer} for an access token. A refresh token has none and its audience is
 *     the issuer, so that no resource server mistakes it for an access token.
 * @param roles of RFC 9068
 * @param authTime of RFC 9470
 * @param acr of RFC 9470: the assurance level
 * @param amr of RFC 8176
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Introspection(
    boolean active,
    @Nullable String tokenType,
    @Nullable String clientId,
    @Nullable String iss,
    @Nullable String sub,
    @Nullable List<String> aud,
    @Nullable Long iat,
    @Nullable Long nbf,
    @Nullable Long exp,
    @Nullable String jti,
    @Nullable String sid,
    @Nullable List<String> roles,
    @Nullable Long authTime,
    @Nullable String acr,
    @Nullable List<String> amr) {
  static final Introspection INACTIVE =
      new Introspection(
          false, null, null, null, null, null, null, null, null, null, null, null, null, null,
          null);

  static Introspection ofAccessToken(Map<String, Object> claims) {
    return new Introspection(
        true,
        "Bearer",
        text(claims, "client_id"),
        text(claims, "iss"),
        text(claims, "sub"),
        texts(claims, "aud"),
        seconds(claims, "iat"),
        seconds(claims, "nbf"),
        seconds(claims, "exp"),
        text(claims, "jti"),
        text(claims, "sid"),
        texts(claims, "roles"),
        seconds(claims, "auth_time"),
        text(claims, "acr"),
        texts(claims, "amr"));
  }

  static Introspection ofRefreshToken(RefreshGrants.Grant grant, String issuer, String clientId) {
    return new Introspection(
        true,
        null,
        clientId,
        issuer,
        grant.accountId().toString(),
        List.of(issuer),
        grant.issuedAt().getEpochSecond(),
        null,
        grant.expiresAt().getEpochSecond(),
        null,
        grant.sessionId().toString(),
        null,
        null,
        null,
        null);
  }

  private static @Nullable String text(Map<String, Object> claims, String name) {
    return claims.get(name) instanceof String text ? text : null;
  }

  private static @Nullable Long seconds(Map<String, Object> claims, String name) {
    return claims.get(name) instanceof Number number ? number.longValue() : null;
  }

  /** A claim may be one string or a list of strings (RFC 7519 section 4.1.3). */
  private static @Nullable List<String> texts(Map<String, Object> claims, String name) {
    return switch (claims.get(name)) {
      case String one -> List.of(one);
      case Collection<?> several -> several.stream().map(String::valueOf).toList();
      case null, default -> null;
    };
  }
}
