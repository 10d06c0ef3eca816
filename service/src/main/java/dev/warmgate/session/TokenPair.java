package dev.warmgate.session;

import java.util.UUID;

/**
 * What a client gets for a login, a registration or a refresh; field names after RFC 6749 section
 * 5.1.
 */
public record TokenPair(
    String accessToken, String tokenType, long expiresIn, String refreshToken, UUID sessionId) {
  @Override
  public String toString() {
    return "TokenPair[…]";
  }
}
