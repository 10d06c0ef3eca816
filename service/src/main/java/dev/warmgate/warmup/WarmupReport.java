package dev.warmgate.warmup;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;

/**
 * The progress of the warm-up.
 *
 * @param complete whether every step has ended, the required ones successfully
 */
public record WarmupReport(boolean complete, List<Step> steps) {
  /**
   * A step that has ended; steps are listed in that order.
   *
   * @param outcome {@code warm}; {@code failed} or {@code unsettled} for an optional one
   * @param startedMs time from the start of the process to the start of the step; only in the
   *     observatory
   * @param detail a short description of what was done
   */
  public record Step(
      String name, String outcome, @JsonIgnore long startedMs, long durationMs, String detail) {}
}
