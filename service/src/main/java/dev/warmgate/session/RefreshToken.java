package dev.warmgate.session;

import java.util.UUID;

/**
 * A refresh token that was checked to be one of ours, or is being made.
 *
 * @param keyId the key that signed it
 * @param counter how many rotations the session had before it
 * @param secret 128 bits; the first of a session is random, each other one derived from the one
 *     before it, so that the successor of a lost answer can be given once more without being stored
 */
record RefreshToken(String keyId, UUID sessionId, long counter, byte[] secret) {
  @Override
  public String toString() {
    return "RefreshToken[…]";
  }
}
