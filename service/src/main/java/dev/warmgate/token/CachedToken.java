package dev.warmgate.token;

import dev.warmgate.request.Caller;
import dev.warmgate.revocation.RevocationFeed;
import dev.warmgate.revocation.Revoked;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/**
 * A verified token, with the revocations that would invalidate it.
 *
 * @param openedAt when its session was opened, with microsecond precision
 * @param untilMillis time after which the token must be verified again
 * @param session the revocation of its session; like the two after it created once, since every hit
 *     looks it up
 */
record CachedToken(
    Caller caller,
    String keyId,
    Instant openedAt,
    long untilMillis,
    Revoked session,
    Revoked account,
    Revoked key) {
  private static final int VERSION = 5;

  /** Stands for no resource, since resource names are never empty. */
  private static final String THIS_API = "";

  static CachedToken of(Caller caller, String keyId, Instant openedAt, long untilMillis) {
    return new CachedToken(
        caller,
        keyId,
        openedAt,
        untilMillis,
        Revoked.session(caller.sessionId()),
        Revoked.account(caller.accountId()),
        Revoked.key(keyId));
  }

  boolean isRevoked(RevocationFeed feed) {
    return feed.isOver(account, session, caller.sessionId(), openedAt) || feed.isRevoked(key);
  }

  byte[] write() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    try {
      out.writeByte(VERSION);
      write(out, caller.accountId());
      write(out, caller.sessionId());
      out.writeUTF(caller.email());
      out.writeBoolean(caller.emailVerified());
      out.writeByte(caller.roles().size());
      for (String role : caller.roles()) {
        out.writeUTF(role);
      }
      out.writeLong(caller.tokenExpiresAt().toEpochMilli());
      out.writeUTF(caller.resource() == null ? THIS_API : caller.resource());
      out.writeLong(caller.authenticatedAt().getEpochSecond());
      out.writeByte(caller.aal());
      out.writeUTF(keyId);
      out.writeLong(ChronoUnit.MICROS.between(Instant.EPOCH, openedAt));
      out.writeLong(untilMillis);
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible);
    }
    return bytes.toByteArray();
  }

  /**
   * @throws IOException if it was written in another format version
   */
  static CachedToken read(byte[] bytes) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    if (in.readByte() != VERSION) {
      throw new IOException("written by another version");
    }
    UUID accountId = new UUID(in.readLong(), in.readLong());
    UUID sessionId = new UUID(in.readLong(), in.readLong());
    String email = in.readUTF();
    boolean emailVerified = in.readBoolean();
    Set<String> roles = new HashSet<>();
    for (int left = in.readByte(); left > 0; left--) {
      roles.add(in.readUTF());
    }
    Instant expiresAt = Instant.ofEpochMilli(in.readLong());
    String resource = in.readUTF();
    Caller caller =
        new Caller(
            accountId,
            sessionId,
            email,
            emailVerified,
            Set.copyOf(roles),
            expiresAt,
            resource.equals(THIS_API) ? null : resource,
            Instant.ofEpochSecond(in.readLong()),
            in.readByte());
    String keyId = in.readUTF();
    Instant openedAt = Instant.EPOCH.plus(in.readLong(), ChronoUnit.MICROS);
    return of(caller, keyId, openedAt, in.readLong());
  }

  private static void write(DataOutputStream out, UUID id) throws IOException {
    out.writeLong(id.getMostSignificantBits());
    out.writeLong(id.getLeastSignificantBits());
  }

  @Override
  public String toString() {
    return "CachedToken[" + session + "]";
  }
}
