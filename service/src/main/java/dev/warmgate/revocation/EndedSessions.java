package dev.warmgate.revocation;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * All sessions of an account that were opened up to a moment are over, except one that may be
 * spared. The latest such end replaces the earlier ones: only a living session can be spared, so
 * whatever an earlier end has ended stays ended.
 *
 * @param keptUntilNanos the {@link System#nanoTime} from which on nobody needs to know
 */
record EndedSessions(Instant openedUntil, @Nullable UUID spared, long keptUntilNanos) {
  boolean include(UUID sessionId, Instant openedAt) {
    return !openedAt.isAfter(openedUntil) && !sessionId.equals(spared);
  }

  EndedSessions or(EndedSessions other) {
    return other.openedUntil.isBefore(openedUntil) ? this : other;
  }
}
