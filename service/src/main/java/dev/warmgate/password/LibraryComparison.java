package dev.warmgate.password;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Measures what libargon2 and transparent huge pages are worth on this machine, at the default
 * parameters and in turns, so that other load slows down all alike. What cannot be measured here is
 * said in the notes.
 */
public final class LibraryComparison {
  private static final int ROUNDS = 5;
  private static final HashingConfiguration DEFAULTS = HashingConfiguration.defaults();
  private static final Calibration.Parameters PARAMETERS =
      new Calibration.Parameters(DEFAULTS.memoryKib(), DEFAULTS.iterations());

  private final int permits;
  private final Duration each;
  private final Path setting;
  private final Consumer<String> progress;
  private final List<Variant> variants = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  /**
   * @param each how long to measure each variant in each round
   */
  public LibraryComparison(int permits, Duration each, Consumer<String> progress) {
    this(permits, each, HugePages.SETTING, progress);
  }

  LibraryComparison(int permits, Duration each, Path setting, Consumer<String> progress) {
    this.permits = permits;
    this.each = each;
    this.setting = setting;
    this.progress = progress;
  }

  /** A library that hashes in memory with huge pages or without. */
  private record Variant(
      String library, Argon2id argon2, boolean hugePages, List<Double> perSecond) {}

  /**
   * The result of one variant.
   *
   * @param worth its hashes per second ÷ those of the first row
   */
  public record Row(String library, boolean hugePages, double hashesPerSecond, double worth) {}

  /**
   * All results; the first row is libsodium, without huge pages unless the kernel insists on them.
   *
   * @param transparentHugePages the kernel's setting: always, madvise or never
   */
  public record Result(
      Calibration.Parameters parameters,
      String transparentHugePages,
      List<Row> rows,
      List<String> notes) {}

  /**
   * @param library path of a libargon2, empty if there is none
   */
  public Result measure(String library) {
    HugePages pages = HugePages.of(setting);
    addLibsodium(pages);
    addLibargon2(library, pages);
    try {
      for (int round = 1; round <= ROUNDS; round++) {
        progress.accept("comparing libraries, round %d of %d".formatted(round, ROUNDS));
        variants.forEach(this::measure);
      }
    } finally {
      boolean _ = HugePages.allow(true);
      variants.forEach(variant -> variant.argon2().freeMemory());
    }
    double least = Calibration.median(variants.getFirst().perSecond());
    List<Row> rows = variants.stream().map(variant -> row(variant, least)).toList();
    return new Result(PARAMETERS, pages.name().toLowerCase(Locale.ROOT), rows, List.copyOf(notes));
  }

  private static Row row(Variant variant, double least) {
    double perSecond = Calibration.median(variant.perSecond());
    return new Row(variant.library(), variant.hugePages(), perSecond, perSecond / least);
  }

  /** It maps its memory itself and asks for no huge pages. */
  private void addLibsodium(HugePages pages) {
    Argon2id libsodium = new Libsodium();
    if (pages != HugePages.ALWAYS) {
      add("libsodium", libsodium, false);
      notes.add(
          "libsodium gets huge pages only if %s is always: what they are worth to it was not measured"
              .formatted(HugePages.SETTING));
      return;
    }
    if (HugePages.allow(false)) {
      add("libsodium", libsodium, false);
    } else {
      notes.add(
          "the kernel lets no process do without huge pages: libsodium was measured with them");
    }
    add("libsodium", libsodium, true);
  }

  private void addLibargon2(String library, HugePages pages) {
    if (library.isEmpty()) {
      notes.add("there is no libargon2 to compare with: scripts/fast-hashing.sh builds one");
      return;
    }
    HashingLibrary chosen = HashingLibrary.choose(library, DEFAULTS);
    if (!chosen.isWanted()) {
      notes.add("libargon2 was not measured: passwords are hashed by " + chosen.detail());
      return;
    }
    add(library, new Libargon2(Path.of(library), DEFAULTS.memoryKib(), false), false);
    if (pages == HugePages.NEVER) {
      notes.add(
          "no memory gets huge pages if %s is never: what they are worth to libargon2 was not measured"
              .formatted(HugePages.SETTING));
    } else {
      add(library, chosen.argon2(), true);
    }
  }

  private void add(String library, Argon2id argon2, boolean hugePages) {
    variants.add(new Variant(library, argon2, hugePages, new ArrayList<>()));
  }

  private void measure(Variant variant) {
    boolean _ = HugePages.allow(variant.hugePages());
    // Takes the memory that libargon2 keeps.
    List<Double> _ =
        Calibration.hashAtOnce(variant.argon2(), PARAMETERS, permits, Duration.ZERO, 1);
    long began = System.nanoTime();
    int hashes = Calibration.hashAtOnce(variant.argon2(), PARAMETERS, permits, each, 1).size();
    variant.perSecond().add(hashes / ((System.nanoTime() - began) / 1e9));
  }
}
