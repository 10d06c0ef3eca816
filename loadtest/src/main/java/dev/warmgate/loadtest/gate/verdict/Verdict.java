package dev.warmgate.loadtest.gate.verdict;

import java.util.List;
import java.util.Optional;

/** The verdict of the gate. */
public enum Verdict {
  PASS(0),
  /** A limit was broken. */
  FAIL(1),
  /** The measurement is not valid. */
  INVALID(2);

  private final int exitStatus;

  Verdict(int exitStatus) {
    this.exitStatus = exitStatus;
  }

  public int exitStatus() {
    return exitStatus;
  }

  /**
   * Returns the verdict of the most serious kind among the failed checks, PASS if there are none.
   */
  public static Verdict of(List<Check> checks) {
    return mostSerious(checks).map(Check.Kind::verdict).orElse(PASS);
  }

  /**
   * Returns whether the result is invalid only because the measurement was disturbed, so that a
   * repetition may be valid. A wrong answer or a service that ended is no disturbance.
   */
  public static boolean isDisturbed(List<Check> checks) {
    return mostSerious(checks).filter(kind -> kind == Check.Kind.MEASUREMENT).isPresent();
  }

  private static Optional<Check.Kind> mostSerious(List<Check> checks) {
    return checks.stream().filter(check -> !check.ok()).map(Check::kind).min(Check.Kind::compareTo);
  }
}
