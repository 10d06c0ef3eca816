package dev.warmgate.warmup;

import com.fasterxml.jackson.annotation.JsonIgnore;
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
   * @param startedMs since the process began; told by the observatory only
   */
  public record Step(String name, String outcome, @JsonIgnore long startedMs, long durationMs) {}
}
