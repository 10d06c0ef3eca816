package dev.warmgate.revocation;

import java.util.Locale;
import java.util.UUID;

/**
 * Something that must not be believed any more.
 *
 * @param ref its id
 */
public record Revoked(Kind kind, String ref) {
  /** What can be revoked; in the table in lower case. */
  public enum Kind {
    SESSION,
    /** All sessions that an account had; see {@link EndedSessions}. */
    ACCOUNT,
    /** A key that signs access tokens. */
    KEY,
    SERVICE_KEY
  }

  public static Revoked session(UUID id) {
    return new Revoked(Kind.SESSION, id.toString());
  }

  public static Revoked account(UUID id) {
    return new Revoked(Kind.ACCOUNT, id.toString());
  }

  public static Revoked key(String id) {
    return new Revoked(Kind.KEY, id);
  }

  public static Revoked serviceKey(UUID id) {
    return new Revoked(Kind.SERVICE_KEY, id.toString());
  }

  static Revoked of(RevocationDao.Row row) {
    return new Revoked(Kind.valueOf(row.kind().toUpperCase(Locale.ROOT)), row.ref());
  }
}
