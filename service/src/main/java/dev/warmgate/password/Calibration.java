package dev.warmgate.password;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Measures what Argon2id parameters cost on this machine, with the library and the concurrency that
 * logins use. The results are valid only while nothing else loads the machine.
 */
public final class Calibration {
  /** The equivalent parameters of the OWASP Password Storage Cheat Sheet. */
  private static final List<Parameters> OWASP =
      List.of(
          new Parameters(47104, 1),
          new Parameters(19456, 2),
          new Parameters(12288, 3),
          new Parameters(9216, 4),
          new Parameters(7168, 5));

  /** Stronger parameters, for machines that can afford them. */
  private static final List<Parameters> STRONGER =
      List.of(
          new Parameters(19456, 3),
          new Parameters(47104, 2),
          new Parameters(65536, 2),
          new Parameters(65536, 3),
          new Parameters(131072, 2),
          new Parameters(131072, 3));

  private static final Comparator<Row> BY_STRENGTH =
      Comparator.<Row>comparingLong(row -> row.parameters().work())
          .thenComparingInt(row -> row.parameters().memoryKib());
  private static final int LEAST_HASHES = 5;
  private static final byte[] SECRET = "seven quiet lanterns".getBytes(StandardCharsets.UTF_8);

  private final int permits;
  private final Duration each;
  private final String library;
  private final Consumer<String> progress;

  /**
   * @param each how long to measure each set of parameters, first alone and then concurrently
   * @param library path of the libargon2 that hashes, empty for libsodium
   */
  public Calibration(int permits, Duration each, String library, Consumer<String> progress) {
    this.permits = permits;
    this.each = each;
    this.library = library;
    this.progress = progress;
  }

  /** Returns which library hashes and, if it is not the one that is set, why. */
  public String library() {
    return HashingLibrary.choose(library, HashingConfiguration.defaults()).detail();
  }

  /** Argon2id parameters; the parallelism is always 1. */
  public record Parameters(int memoryKib, int iterations) {
    long work() {
      return (long) memoryKib * iterations;
    }

    HashingConfiguration configuration() {
      return new HashingConfiguration(memoryKib, iterations, null, null);
    }
  }

  /**
   * The cost of one set of parameters.
   *
   * @param aloneMs median time of a hash while no other runs
   * @param busyMs median time of a hash while every permit is in use
   * @param memoryMib memory that all permits take together
   * @param meetsOwasp whether the parameters meet OWASP's minimum
   */
  public record Row(
      Parameters parameters,
      double aloneMs,
      double busyMs,
      double loginsPerSecond,
      double loginsPerSecondAndCore,
      long memoryMib,
      boolean meetsOwasp) {}

  /** Measures OWASP's parameters, in their order. */
  public List<Row> measureOwasp() {
    return OWASP.stream().map(this::measure).toList();
  }

  /**
   * Measures the stronger parameters that may still meet the target, estimated from the given rows.
   */
  public List<Row> measureStronger(List<Row> measured, double targetMs) {
    double msOfWork =
        measured.stream()
            .mapToDouble(row -> row.busyMs() / row.parameters().work())
            .min()
            .orElseThrow();
    return STRONGER.stream()
        .filter(parameters -> parameters.work() * msOfWork <= targetMs)
        .map(this::measure)
        .toList();
  }

  /** Returns the strongest parameters whose hash meets the target under load. */
  public static Optional<Row> strongest(List<Row> rows, double targetMs) {
    return rows.stream()
        .filter(row -> row.meetsOwasp() && row.busyMs() <= targetMs)
        .max(BY_STRENGTH);
  }

  public Row measure(Parameters parameters) {
    progress.accept(
        "measuring m=%d KiB, t=%d".formatted(parameters.memoryKib(), parameters.iterations()));
    Argon2id argon2 = HashingLibrary.choose(library, parameters.configuration()).argon2();
    List<Double> alone = hash(argon2, parameters, each, LEAST_HASHES);
    long began = System.nanoTime();
    List<Double> busy = hashAtOnce(argon2, parameters, permits, each, LEAST_HASHES);
    double perSecond = busy.size() / ((System.nanoTime() - began) / 1e9);
    argon2.freeMemory();
    int cores = Runtime.getRuntime().availableProcessors();
    return new Row(
        parameters,
        median(alone),
        median(busy),
        perSecond,
        perSecond / Math.min(permits, cores),
        (long) permits * parameters.memoryKib() / 1024,
        parameters.configuration().isStrongEnough());
  }

  /**
   * Hashes on that many threads; returns the time of each hash in milliseconds.
   *
   * @param least how many hashes each thread computes, even if that takes longer
   */
  static List<Double> hashAtOnce(
      Argon2id argon2, Parameters parameters, int permits, Duration time, int least) {
    List<Double> millis = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(permits)) {
      List<Callable<List<Double>>> hashing = new ArrayList<>();
      for (int i = 0; i < permits; i++) {
        hashing.add(() -> hash(argon2, parameters, time, least));
      }
      for (Future<List<Double>> done : threads.invokeAll(hashing)) {
        millis.addAll(done.get());
      }
      return millis;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", interrupted);
    } catch (ExecutionException failed) {
      throw new IllegalStateException(failed.getCause().getMessage(), failed);
    }
  }

  private static List<Double> hash(
      Argon2id argon2, Parameters parameters, Duration time, int least) {
    List<Double> millis = new ArrayList<>();
    long end = System.nanoTime() + time.toNanos();
    while (millis.size() < least || System.nanoTime() < end) {
      long began = System.nanoTime();
      String _ = argon2.hash(SECRET, parameters.iterations(), parameters.memoryKib());
      millis.add((System.nanoTime() - began) / 1e6);
    }
    return millis;
  }

  static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }
}
