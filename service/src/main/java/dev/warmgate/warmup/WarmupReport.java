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
   * @param outcome {@code failed} or {@code unsettled} only for an optional one
   * @param attempts how often it was tried, more than once if a dependency was not there yet
   * @param startedMs time from the start of the process to the start of the step; only in the
   *     observatory
   * @param spent where the time went; only in the log
   * @param detail what was done, or why it failed; only in the log and the observatory, since the
   *     text of an exception names hosts and accounts
   */
  public record Step(
      String name,
      Warmed.Outcome outcome,
      int attempts,
      @JsonIgnore long startedMs,
      long durationMs,
      @JsonIgnore Spent spent,
      @JsonIgnore String detail) {}
}
