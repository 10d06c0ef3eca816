package dev.warmgate.session;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The response to a registration, a login or a refresh, with the field names of RFC 6749 section
 * 5.1.
 *
 * @param deviceToken to be stored and sent with the next login; absent after a refresh
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
