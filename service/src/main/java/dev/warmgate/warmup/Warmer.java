package dev.warmgate.warmup;

import java.util.List;
import java.util.concurrent.Callable;

/**
 * One thing to do before the service is ready.
 *
 * @param required whether the service waits for it; a required step is tried until it succeeds
 * @param after what must have ended before it begins; all else runs beside it
 * @param step throws if it could not be done
 */
public record Warmer(String name, boolean required, List<String> after, Callable<Warmed> step) {
  /** A step that the service cannot do without. */
  public static Warmer required(String name, Callable<Warmed> step) {
    return new Warmer(name, true, List.of(), step);
  }

  /** A step that is tried once. */
  public static Warmer optional(String name, Callable<Warmed> step) {
    return new Warmer(name, false, List.of(), step);
  }

  public Warmer after(String... names) {
    return new Warmer(name, required, List.of(names), step);
  }
}
