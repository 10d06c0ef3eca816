package dev.warmgate.cli.validate;

import java.util.Locale;

/**
 * One line of the report.
 *
 * @param target what the figure should be; empty if there is none
 * @param advice what to do about a failure, or why the check was skipped; empty otherwise
 */
record Finding(Outcome outcome, String check, String figure, String target, String advice) {
  /** How a check ended. */
  enum Outcome {
    PASS,
    FAIL,
    SKIP;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static Finding pass(String check, String figure, String target) {
    return new Finding(Outcome.PASS, check, figure, target, "");
  }

  static Finding fail(String check, String figure, String target, String advice) {
    return new Finding(Outcome.FAIL, check, figure, target, advice);
  }

  static Finding skip(String check, String why) {
    return new Finding(Outcome.SKIP, check, "", "", why);
  }

  /** Passes if {@code millis} is below the limit. */
  static Finding below(double limit, double millis, String check, String figure, String advice) {
    String target = "< %.0f ms".formatted(limit);
    return millis < limit ? pass(check, figure, target) : fail(check, figure, target, advice);
  }

  boolean failed() {
    return outcome == Outcome.FAIL;
  }
}
