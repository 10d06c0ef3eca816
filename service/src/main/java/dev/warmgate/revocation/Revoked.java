package dev.warmgate.revocation;

import java.util.Locale;
import java.util.UUID;

/**
 * Something that is no longer valid.
 *
 * @param ref its id, as text
 */
public record Revoked(Kind kind, String ref) {
  /** What can be revoked; in lower case in the database. */
  public enum Kind {
    SESSION,
    /** All existing sessions of an account; see {@link EndedSessions}. */
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
