package dev.warmgate.request;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What one request waits for: database, Redis, hashing. */
public final class Timeline {
  /** A request that does more than this is told by its first steps. */
  private static final int MAX_SEGMENTS = 64;

  /** What the time was spent on. */
  public enum Kind {
    /** The endpoint itself: everything after the last filter. */
    RESOURCE,
    /** Waiting for a connection of the pool. */
    DATABASE_WAIT,
    DATABASE,
    REDIS,
    HASHING_WAIT,
    HASHING_COMPUTE;

    @JsonValue
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A stretch of the request's time.
   *
   * @param name what was called, such as {@code LoginDao.open}; never a value of the request
   * @param offsetMicros since the request began
   */
  public record Segment(Kind kind, String name, long offsetMicros, long micros) {}

  private final long startedNanos = System.nanoTime();

  /** Most requests wait for nothing, and then this costs nothing. */
  private @Nullable List<Segment> segments;

  void add(Kind kind, String name, long fromNanos, long toNanos) {
    if (segments == null) {
      segments = new ArrayList<>();
    }
    if (segments.size() < MAX_SEGMENTS) {
      segments.add(new Segment(kind, name, micros(fromNanos), (toNanos - fromNanos) / 1000));
    }
  }

  /** Microseconds from the beginning of the request to that {@link System#nanoTime}. */
  public long micros(long nanos) {
    return (nanos - startedNanos) / 1000;
  }

  public List<Segment> segments() {
    return segments == null ? List.of() : List.copyOf(segments);
  }
}
