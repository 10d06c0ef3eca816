package dev.warmgate.revocation;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * That all sessions of an account are over which were opened until some moment, but for one that
 * may be spared. A later one says all that an earlier one did, since what it spares was alive.
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
