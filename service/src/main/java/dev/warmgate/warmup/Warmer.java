package dev.warmgate.warmup;

import java.util.List;
import java.util.concurrent.Callable;

/**
 * A step of the warm-up. Readiness waits for a required one until it succeeds, and for any other
 * until its last attempt has ended.
 *
 * @param attempts how often it is tried at most
 * @param after the steps that must end before it starts; all others run concurrently
 * @param letsFirst the steps that must have been tried once before it starts, since they would
 *     otherwise compete for the processors
 * @param step the work, which throws if it fails
 */
public record Warmer(
    String name, int attempts, List<String> after, List<String> letsFirst, Callable<Warmed> step) {
  /** Creates a step that is retried until it succeeds. */
  public static Warmer required(String name, Callable<Warmed> step) {
    return of(name, Integer.MAX_VALUE, step);
  }

  /**
   * Creates a step that is tried twice: the first attempt may fail only because the machine is busy
   * with the start.
   */
  public static Warmer optional(String name, Callable<Warmed> step) {
    return of(name, 2, step);
  }

  /** Creates a step that is tried once, for work that has retries of its own. */
  public static Warmer once(String name, Callable<Warmed> step) {
    return of(name, 1, step);
  }

  private static Warmer of(String name, int attempts, Callable<Warmed> step) {
    return new Warmer(name, attempts, List.of(), List.of(), step);
  }

  public Warmer after(String... names) {
    return new Warmer(name, attempts, List.of(names), letsFirst, step);
  }

  /** Lets these steps be tried first. */
  public Warmer letting(String... names) {
    return new Warmer(name, attempts, after, List.of(names), step);
  }
}
