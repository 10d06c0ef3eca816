package dev.warmgate.loadtest.gate.measure;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** The live figures of a running load, for display only; the judgement does not use them. */
final class Live {
  private final Recorder logins = new Recorder(2);
  private long requests;
  private long errors;

  /** Figures since the last reading; errors since the beginning. */
  record Reading(long requests, long logins, double loginP95, long errors) {}

  synchronized void add(Sample sample) {
    requests++;
    if (sample.outcome() == Sample.Outcome.FAILED) {
      errors++;
    }
    if (sample.request().equals("login") && sample.outcome() == Sample.Outcome.SUCCESS) {
      logins.recordValue(Math.max(0, (sample.endNanos() - sample.startNanos()) / 1000));
    }
  }

  synchronized Reading read() {
    Histogram interval = logins.getIntervalHistogram();
    Reading reading =
        new Reading(
            requests,
            interval.getTotalCount(),
            interval.getTotalCount() == 0 ? 0 : interval.getValueAtPercentile(95) / 1000.0,
            errors);
    requests = 0;
    return reading;
  }
}
