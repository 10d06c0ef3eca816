package dev.warmgate.warmup;

import java.util.List;

/**
 * How far the warm-up has come.
 *
 * @param complete whether every required step is done
 */
public record WarmupReport(boolean complete, List<Step> steps) {
  /**
   * One step.
   *
   * @param outcome {@code warm}, or {@code failed} for an optional one
   */
  public record Step(String name, String outcome, long durationMs) {}
}
