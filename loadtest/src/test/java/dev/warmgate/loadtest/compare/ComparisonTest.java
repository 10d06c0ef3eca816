package dev.warmgate.loadtest.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.loadtest.gate.verdict.Verdict;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ComparisonTest {
  private final Random random = new Random(3);

  @Test
  void passesAnEqualBuild() {
    Comparison comparison = comparison(1, 1, 0, 0);

    assertThat(comparison.verdict()).isEqualTo(Verdict.PASS);
    assertThat(comparison.reason()).isEqualTo("no worse than the baseline");
  }

  @Test
  void failsASlowerBuild() {
    Comparison comparison = comparison(1.5, 1, 0, 0);

    assertThat(comparison.verdict()).isEqualTo(Verdict.FAIL);
    assertThat(comparison.reason()).startsWith("login p95, ms at least 1.").doesNotContain("CPU");
  }

  @Test
  void failsABuildThatUsesMoreCpu() {
    Comparison comparison = comparison(1, 1.5, 0, 0);

    assertThat(comparison.verdict()).isEqualTo(Verdict.FAIL);
    assertThat(comparison.reason()).startsWith("CPU per request, ms at least 1.");
  }

  @Test
  void failsABuildThatIsFastOnlyBecauseItRefuses() {
    Comparison comparison = comparison(0.5, 0.5, 0, 30);

    assertThat(comparison.verdict()).isEqualTo(Verdict.FAIL);
    assertThat(comparison.reason()).startsWith("5.0 % of the requests failed");
  }

  @Test
  void isInvalidWhenTheBaselineFails() {
    assertThat(comparison(3, 3, 30, 30).verdict()).isEqualTo(Verdict.INVALID);
  }

  @Test
  void isInvalidWhenTheMeasurementsVaryTooMuch() {
    Comparison comparison = new Comparison(10);
    for (double times : new double[] {0.2, 4, 1, 7, 0.6, 5}) {
      comparison.add(slice(50, 2, 0), slice(50 * times, 2, 0));
    }

    assertThat(comparison.verdict()).isEqualTo(Verdict.INVALID);
    assertThat(comparison.reason()).contains("too busy");
  }

  private Comparison comparison(double latency, double cpu, int failedBefore, int failedAfter) {
    Comparison comparison = new Comparison(10);
    for (int i = 0; i < 8; i++) {
      comparison.add(
          slice(50 * noise(), 2 * noise(), failedBefore),
          slice(50 * latency * noise(), 2 * cpu * noise(), failedAfter));
    }
    return comparison;
  }

  private double noise() {
    return Math.exp(0.08 * random.nextGaussian());
  }

  private static Slice slice(double loginP95, double cpuMillis, int failures) {
    return new Slice(loginP95, 5, cpuMillis, 600, failures);
  }
}
