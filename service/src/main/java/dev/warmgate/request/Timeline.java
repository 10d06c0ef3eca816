package dev.warmgate.request;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What one request waited for: the database, Redis and hashing. */
public final class Timeline {
  /** Further segments of a request are not recorded. */
  private static final int MAX_SEGMENTS = 64;

  /** What the time was spent on. */
  public enum Kind {
    /** The endpoint itself: everything after the last filter. */
    RESOURCE,
    /** Waiting for a connection from the pool. */
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
   * A part of the request's time.
   *
   * @param name the called method, such as {@code LoginDao.open}; never a value from the request
   * @param offsetMicros since the start of the request
   */
  public record Segment(Kind kind, String name, long offsetMicros, long micros) {}

  private final long startedNanos = System.nanoTime();

  /** Created on demand, since most requests wait for nothing. */
  private @Nullable List<Segment> segments;

  void add(Kind kind, String name, long fromNanos, long toNanos) {
    if (segments == null) {
      segments = new ArrayList<>();
    }
    if (segments.size() < MAX_SEGMENTS) {
      segments.add(new Segment(kind, name, micros(fromNanos), (toNanos - fromNanos) / 1000));
    }
  }

  /**
   * Returns the microseconds from the start of the request to the given {@link System#nanoTime}.
   */
  public long micros(long nanos) {
    return (nanos - startedNanos) / 1000;
  }

  public List<Segment> segments() {
    return segments == null ? List.of() : List.copyOf(segments);
  }
}
