package dev.warmgate.revocation;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The end of all sessions of an account that were opened up to a point in time, except an optional
 * spared one. The latest end replaces earlier ones: only a living session can be spared, so
 * sessions that an earlier end covers stay ended.
 *
 * @param keptUntilNanos the {@link System#nanoTime} after which the entry is no longer needed
 */
record EndedSessions(Instant openedUntil, @Nullable UUID spared, long keptUntilNanos) {
  boolean include(UUID sessionId, Instant openedAt) {
    return !openedAt.isAfter(openedUntil) && !sessionId.equals(spared);
  }

  EndedSessions or(EndedSessions other) {
    return other.openedUntil.isBefore(openedUntil) ? this : other;
  }
}
