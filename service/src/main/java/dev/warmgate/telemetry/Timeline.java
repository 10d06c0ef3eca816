package dev.warmgate.telemetry;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What one request waits for: database, Redis, hashing. Bound to the request's thread, so that
 * whoever does the work need not be handed the request; where there is none, nothing is noted.
 */
public final class Timeline {
  /** A request that does more than this is told by its first steps. */
  private static final int MAX_SEGMENTS = 64;

  private static final ThreadLocal<@Nullable Timeline> CURRENT = new ThreadLocal<>();

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

  private boolean warmup;

  private Timeline() {}

  /** Begins the timeline of this thread's request, in place of any that was left open. */
  public static Timeline begin() {
    Timeline begun = new Timeline();
    CURRENT.set(begun);
    return begun;
  }

  /** Whether this thread warms the service up; what it does then is counted nowhere. */
  public static boolean isWarmup() {
    Timeline current = CURRENT.get();
    return current != null && current.warmup;
  }

  /** Does work of the warm-up that is no request. */
  public static void warmUp(Runnable work) {
    Timeline own = begin();
    own.markWarmup();
    try {
      work.run();
    } finally {
      own.end();
    }
  }

  /** From here on this request is one of the warm-up. */
  public void markWarmup() {
    warmup = true;
  }

  /** Whether this request is one of the warm-up. */
  public boolean warmsUp() {
    return warmup;
  }

  /**
   * Notes a stretch, by {@link System#nanoTime}, for the request of this thread if there is one.
   */
  public static void record(Kind kind, String name, long fromNanos, long toNanos) {
    Timeline current = CURRENT.get();
    if (current != null) {
      current.add(kind, name, fromNanos, toNanos);
    }
  }

  private void add(Kind kind, String name, long fromNanos, long toNanos) {
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

  /** Frees the thread for its next request. */
  public void end() {
    if (CURRENT.get() == this) {
      // Not remove(): the next request of this thread needs the place again.
      CURRENT.set(null);
    }
  }
}
