package dev.warmgate.loadtest.benchmark;

import java.util.List;
import java.util.Locale;

/** Prints each measurement with its bar and remembers whether all bars were kept. */
final class Report {
  private boolean kept = true;
  private boolean valid = true;

  void atMost(String what, double measured, double bar, String unit) {
    line(what, measured, "<= " + number(bar), unit, measured <= bar);
  }

  void atLeast(String what, double measured, double bar, String unit) {
    line(what, measured, ">= " + number(bar), unit, measured >= bar);
  }

  /** Prints a figure without a bar. */
  void note(String what, double measured, String unit) {
    System.out.printf(Locale.ROOT, "  %-66s %9s %-5s%n", what, number(measured), unit);
  }

  private void line(String what, double measured, String bar, String unit, boolean holds) {
    kept &= holds;
    System.out.printf(
        Locale.ROOT,
        "  %-66s %9s %-5s bar %-8s %s%n",
        what,
        number(measured),
        unit,
        bar,
        holds ? "ok" : "FAIL");
  }

  /** Prints whether the machine was idle enough for valid figures. */
  void judge(ForeignLoad load) {
    double cores = load.cores();
    boolean quiet = cores <= ForeignLoad.MOST_CORES;
    valid &= quiet;
    System.out.printf(
        Locale.ROOT,
        "  %-66s %9s cores bar %-8s %s%n",
        "load from other programs",
        number(cores),
        "<= " + number(ForeignLoad.MOST_CORES),
        quiet ? "ok" : "INVALID");
  }

  /** Returns the exit status: 0 every bar was kept, 1 a bar was broken, 2 invalid. */
  int status() {
    if (!valid) {
      return 2;
    }
    return kept ? 0 : 1;
  }

  static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value < 10 ? "%.2f" : "%.0f", value);
  }
}
