package dev.warmgate.loadtest.gate.measure;

import dev.warmgate.loadtest.gate.measure.Sample.Outcome;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.function.Predicate;
import org.HdrHistogram.Histogram;

/**
 * The results of one type of request: counts by outcome, and latencies of the successful ones in
 * milliseconds.
 *
 * @param refusedP95 p95 of the requests that were shed or answered with 503
 * @param histogram latencies of the successes in microseconds, encoded by HdrHistogram, in Base64
 */
public record RequestRow(
    String request,
    long success,
    long shed,
    long limited,
    long unavailable,
    long failed,
    double median,
    double p95,
    double p99,
    double slowest,
    double refusedP95,
    String histogram) {

  static RequestRow of(String request, List<Sample> samples) {
    Histogram successes = histogram(samples, sample -> sample.outcome() == Outcome.SUCCESS);
    Histogram refused =
        histogram(
            samples,
            sample -> sample.outcome() == Outcome.SHED || sample.outcome() == Outcome.UNAVAILABLE);
    return new RequestRow(
        request,
        successes.getTotalCount(),
        count(samples, Outcome.SHED),
        count(samples, Outcome.LIMITED),
        count(samples, Outcome.UNAVAILABLE),
        count(samples, Outcome.FAILED),
        millis(successes, 50),
        millis(successes, 95),
        millis(successes, 99),
        millis(successes, 100),
        millis(refused, 95),
        encoded(successes));
  }

  public long all() {
    return success + shed + limited + unavailable + failed;
  }

  private static long count(List<Sample> samples, Outcome outcome) {
    return samples.stream().filter(sample -> sample.outcome() == outcome).count();
  }

  private static Histogram histogram(List<Sample> samples, Predicate<Sample> which) {
    Histogram histogram = new Histogram(3);
    samples.stream()
        .filter(which)
        .forEach(sample -> histogram.recordValue(Math.max(0, (long) (sample.millis() * 1000))));
    return histogram;
  }

  /** Returns the percentile in milliseconds, 0 if the histogram is empty. */
  private static double millis(Histogram histogram, double percentile) {
    return histogram.getTotalCount() == 0 ? 0 : histogram.getValueAtPercentile(percentile) / 1000.0;
  }

  private static String encoded(Histogram histogram) {
    ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
    int length = histogram.encodeIntoCompressedByteBuffer(buffer);
    return Base64.getEncoder().encodeToString(Arrays.copyOf(buffer.array(), length));
  }
}
