package dev.warmgate.warmup;

import java.util.StringJoiner;

/** Says in the detail of a step how long each of its parts took. */
public final class Parts {
  private final StringJoiner done = new StringJoiner(", ");
  private long since = System.nanoTime();

  /** Ends a part, which began with the end of the one before. */
  public void add(String part) {
    long now = System.nanoTime();
    done.add("%s %d ms".formatted(part, (now - since) / 1_000_000));
    since = now;
  }

  @Override
  public String toString() {
    return done.toString();
  }
}
