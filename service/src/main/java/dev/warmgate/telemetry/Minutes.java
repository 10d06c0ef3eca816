package dev.warmgate.telemetry;

import java.time.Clock;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Keeps one counter object per minute for the last few minutes and drops older ones. */
final class Minutes<T> {
  /** The counter of one minute, numbered since the epoch. */
  record Minute<T>(long number, T counted) {}

  private final Clock clock;
  private final int kept;
  private final Supplier<T> empty;
  private final AtomicReferenceArray<@Nullable Minute<T>> ring;

  Minutes(Clock clock, int kept, Supplier<T> empty) {
    this.clock = clock;
    this.kept = kept;
    this.empty = empty;
    this.ring = new AtomicReferenceArray<>(kept);
  }

  /** Returns the counter of the current minute; allocates only at the first call in a minute. */
  T now() {
    long minute = clock.millis() / 60_000;
    int index = (int) (minute % kept);
    Minute<T> there = ring.get(index);
    if (there != null && there.number() == minute) {
      return there.counted();
    }
    ring.compareAndSet(index, there, new Minute<>(minute, empty.get()));
    return ring.get(index).counted();
  }

  /** Returns the minutes with a counter, oldest first. */
  List<Minute<T>> all() {
    return last(kept);
  }

  /** Returns those of the last {@code minutes} minutes. */
  List<Minute<T>> last(int minutes) {
    long oldest = clock.millis() / 60_000 - minutes + 1;
    return IntStream.range(0, kept)
        .mapToObj(ring::get)
        .filter(minute -> minute != null && minute.number() >= oldest)
        .sorted((a, b) -> Long.compare(a.number(), b.number()))
        .toList();
  }
}
