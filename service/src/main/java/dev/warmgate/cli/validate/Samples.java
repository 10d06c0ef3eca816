package dev.warmgate.cli.validate;

import java.util.Arrays;

/** Times in milliseconds; a percentile is one of the measured values (nearest rank). */
record Samples(double... millis) {
  Samples {
    millis = millis.clone();
    Arrays.sort(millis);
  }

  double p95() {
    return rank(0.95);
  }

  double median() {
    return rank(0.5);
  }

  int count() {
    return millis.length;
  }

  private double rank(double share) {
    return millis[(int) Math.ceil(share * millis.length) - 1];
  }
}
