package dev.warmgate.warmup;

import java.util.List;
import java.util.concurrent.Callable;

/**
 * A step of the warm-up.
 *
 * @param required whether readiness depends on its success; a required step is retried until it
 *     succeeds
 * @param after the steps that must end before it starts; all others run concurrently
 * @param letsFirst the steps that must have been tried once before it starts, since they would
 *     otherwise compete for the processors
 * @param step the work, which throws if it fails
 */
public record Warmer(
    String name,
    boolean required,
    List<String> after,
    List<String> letsFirst,
    Callable<Warmed> step) {
  /** Creates a step that is retried until it succeeds. */
  public static Warmer required(String name, Callable<Warmed> step) {
    return new Warmer(name, true, List.of(), List.of(), step);
  }

  /** Creates a step that is tried once. */
  public static Warmer optional(String name, Callable<Warmed> step) {
    return new Warmer(name, false, List.of(), List.of(), step);
  }

  public Warmer after(String... names) {
    return new Warmer(name, required, List.of(names), letsFirst, step);
  }

  /** Lets these steps be tried first. */
  public Warmer letting(String... names) {
    return new Warmer(name, required, after, List.of(names), step);
  }
}
