package dev.warmgate.warmup;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;

/**
 * How far the warm-up has come.
 *
 * @param complete whether every step has ended, the required ones well
 */
public record WarmupReport(boolean complete, List<Step> steps) {
  /**
   * One step, in the order in which they ended.
   *
   * @param outcome {@code warm}; {@code failed} or {@code unsettled} for an optional one
   * @param startedMs since the process began; told by the observatory only
   * @param detail what was done, in few words
   */
  public record Step(
      String name, String outcome, @JsonIgnore long startedMs, long durationMs, String detail) {}
}
