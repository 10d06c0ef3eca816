package dev.warmgate.loadtest.gate.verdict;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/**
 * The result of one check.
 *
 * @param what the key in {@link Thresholds}, if it has one
 * @param detail an explanation; may be empty
 */
public record Check(
    Kind kind,
    String what,
    double measured,
    String limit,
    String unit,
    @JsonProperty("ok") boolean ok,
    String detail) {
  /** The kinds of checks, the most serious first: a failed one makes those after it meaningless. */
  public enum Kind {
    /** The wrong thing was measured. */
    TARGET(Verdict.INVALID),
    /** Wrong answers, which a busy machine does not excuse. */
    ANSWERS(Verdict.FAIL),
    /** Worse than another build with confidence, which a busy machine does not excuse either. */
    REGRESSION(Verdict.FAIL),
    /** The measured times are not reliable. */
    MEASUREMENT(Verdict.INVALID),
    /** Too slow. */
    LIMIT(Verdict.FAIL);

    private final Verdict verdict;

    Kind(Verdict verdict) {
      this.verdict = verdict;
    }

    public Verdict verdict() {
      return verdict;
    }
  }

  public static Check atMost(Kind kind, String what, double measured, double limit, String unit) {
    return new Check(kind, what, measured, "<= " + number(limit), unit, measured <= limit, "");
  }

  public static Check atLeast(Kind kind, String what, double measured, double limit, String unit) {
    return new Check(kind, what, measured, ">= " + number(limit), unit, measured >= limit, "");
  }

  /** Returns a check that holds or not, without a figure. */
  public static Check that(Kind kind, String what, boolean ok, String detail) {
    return new Check(kind, what, ok ? 1 : 0, "", "", ok, detail);
  }

  public Check because(String reason) {
    return new Check(kind, what, measured, limit, unit, ok, reason);
  }

  /** Formats the check in one line, as in {@code login.p95 1712 ms, not <= 1500}. */
  public String line() {
    String figure = limit.isEmpty() ? what : what + " " + number(measured) + " " + unit;
    String verdict = ok ? "" : limit.isEmpty() ? "" : ", not " + limit;
    return (figure.strip() + verdict + (detail.isEmpty() ? "" : ": " + detail)).strip();
  }

  public static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e9
        ? Long.toString((long) value)
        : String.format(Locale.ROOT, Math.abs(value) < 10 ? "%.2f" : "%.1f", value);
  }
}
