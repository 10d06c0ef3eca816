package dev.warmgate.session;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a client gets for a login, a registration or a refresh; field names after RFC 6749 section
 * 5.1.
 *
 * @param deviceToken to be kept and sent with the next login; with a password only
 */
public record TokenPair(
    String accessToken,
    String tokenType,
    long expiresIn,
    String refreshToken,
    UUID sessionId,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String deviceToken) {
  @Override
  public String toString() {
    return "TokenPair[…]";
  }
}
