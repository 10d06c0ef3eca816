package dev.warmgate.loadtest.gate;

import java.util.List;

/** What the gate says. */
public enum Verdict {
  PASS(0),
  /** A limit was broken. */
  FAIL(1),
  /** Nothing can be told from this. */
  INVALID(2);

  private final int exitStatus;

  Verdict(int exitStatus) {
    this.exitStatus = exitStatus;
  }

  public int exitStatus() {
    return exitStatus;
  }

  /** The first kind of check that something is wrong with decides; without any, all is well. */
  public static Verdict of(List<Check> checks) {
    return checks.stream()
        .filter(check -> !check.ok())
        .map(Check::kind)
        .min(Check.Kind::compareTo)
        .map(Check.Kind::verdict)
        .orElse(PASS);
  }
}
