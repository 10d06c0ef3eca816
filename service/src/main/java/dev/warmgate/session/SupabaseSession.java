package dev.warmgate.session;

import java.util.UUID;

/**
 * A session of the Supabase form that was opened or refreshed, for which an access token is to be
 * issued. {@link #toString} hides its refresh token.
 */
public record SupabaseSession(UUID sessionId, String refreshToken) {
  @Override
  public String toString() {
    return "SupabaseSession[" + sessionId + "]";
  }
}
