package dev.warmgate.testkit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * The variants of a test that a run takes: all of them with {@code -Pfull}, otherwise some, other
 * ones in each run. {@code -Dtests.seed=…} repeats a choice.
 */
public final class Sample {
  private static final boolean FULL = Boolean.getBoolean("tests.full");
  private static final long SEED = Long.getLong("tests.seed", System.nanoTime());

  private Sample() {}

  /**
   * @param test sets this choice apart from those of other tests
   */
  public static <T> Stream<T> of(String test, int size, List<T> all) {
    List<T> variants = new ArrayList<>(all);
    if (FULL) {
      return variants.stream();
    }
    Collections.shuffle(variants, new Random(SEED + test.hashCode()));
    return variants.stream().limit(size);
  }
}
