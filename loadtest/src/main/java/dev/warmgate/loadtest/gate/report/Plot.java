package dev.warmgate.loadtest.gate.report;

import dev.warmgate.loadtest.gate.measure.Usage;
import dev.warmgate.loadtest.gate.verdict.Check;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** Draws one value over the time of a simulation as an inline SVG; the warm-up is shaded. */
final class Plot {
  private static final int WIDTH = 300;
  private static final int HEIGHT = 70;

  private Plot() {}

  static String of(String title, String unit, List<Usage> usages, ToDoubleFunction<Usage> value) {
    double longest = usages.stream().mapToDouble(Usage::second).max().orElse(1);
    double most = usages.stream().mapToDouble(value).max().orElse(0);
    double top = most <= 0 ? 1 : most * 1.1;
    String points =
        usages.stream()
            .map(usage ->
                String.format(
                    Locale.ROOT,
                    "%.1f,%.1f",
                    usage.second() / longest * WIDTH,
                    HEIGHT - value.applyAsDouble(usage) / top * HEIGHT))
            .collect(Collectors.joining(" "));
    double warm =
        usages.stream()
            .filter(usage -> !usage.measured())
            .mapToDouble(Usage::second)
            .max()
            .orElse(0);
    return String.format(
        Locale.ROOT,
        """
        <figure><figcaption>%s <b>%s</b> max, %s</figcaption>\
        <svg viewBox="0 0 %d %d" role="img" aria-label="%s over time">\
        <rect class="warm" width="%.1f" height="%d"/><polyline points="%s"/></svg></figure>
        """,
        JUnitReport.escape(title),
        Check.number(most),
        JUnitReport.escape(unit),
        WIDTH,
        HEIGHT,
        JUnitReport.escape(title),
        warm / longest * WIDTH,
        HEIGHT,
        points);
  }
}
