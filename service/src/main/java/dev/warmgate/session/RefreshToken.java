package dev.warmgate.session;

import java.util.UUID;

/**
 * A refresh token that was verified or is about to be issued.
 *
 * @param keyId the key that signed it
 * @param counter number of rotations of the session before this token
 * @param secret 128 bits; random in the first token of a session, and derived from the previous
 *     token in all others, so that the successor can be issued again after a lost response without
 *     being stored
 */
record RefreshToken(String keyId, UUID sessionId, long counter, byte[] secret) {
  @Override
  public String toString() {
    return "RefreshToken[…]";
  }
}
