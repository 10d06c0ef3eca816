package dev.warmgate.loadtest.gate.report;

import static dev.warmgate.loadtest.gate.report.JUnitReport.escape;

import dev.warmgate.loadtest.gate.measure.RequestRow;
import dev.warmgate.loadtest.gate.measure.Usage;
import dev.warmgate.loadtest.gate.verdict.Check;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Formats the report as one HTML page without external resources. */
final class HtmlReport {
  private static final String STYLE =
      """
      :root{color-scheme:light dark;--line:#8884;--bad:#c62828;--ok:#2e7d32;--odd:#b26a00}
      body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}
      h1 b.PASS,.PASS{color:var(--ok)}h1 b.FAIL,.FAIL,.over{color:var(--bad)}h1 b.INVALID,.INVALID{color:var(--odd)}
      table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
      .wide{overflow-x:auto}td,th{padding:.2rem .5rem;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap}
      td:first-child,th:first-child,td.text{text-align:left}td.text{white-space:normal}th:last-child:nth-child(4){text-align:left}.plots{display:grid;gap:1rem;margin:1rem 0;
      grid-template-columns:repeat(auto-fill,minmax(15rem,1fr))}figure{margin:0}figcaption{font-size:.85em}
      svg{width:100%;border:1px solid var(--line)}polyline{fill:none;stroke:#1976d2;stroke-width:1.5}
      .warm{fill:#8883}code{font-size:.9em}section{margin-top:2.5rem}
      """;

  private HtmlReport() {}

  static String of(Report report) {
    StringBuilder page = new StringBuilder();
    page.append("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">")
        .append("<meta name=\"viewport\" content=\"width=device-width\">")
        .append("<title>Gate: ")
        .append(report.verdict())
        .append("</title><style>")
        .append(STYLE)
        .append("</style>\n<h1>Gate: <b class=\"")
        .append(report.verdict())
        .append("\">")
        .append(report.verdict())
        .append("</b></h1>\n<p>")
        .append(MarkdownReport.meaning(report))
        .append("</p>\n<ul>");
    report.reasons().forEach(reason -> page.append("<li>").append(escape(reason)).append("</li>"));
    page.append("</ul>\n");
    report.simulations().forEach(simulation -> page.append(section(simulation)));
    return page.append(environment(report.environment())).append("</html>\n").toString();
  }

  private static String section(Result simulation) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "<section><h2>%s: <span class=\"%s\">%s</span></h2><p>%.1f logins/s, %.0f s%s%s</p>%n",
            simulation.title(),
            simulation.verdict(),
            simulation.verdict(),
            simulation.loginsPerSecond(),
            simulation.seconds(),
            simulation.repeated() ? "; was repeated" : "",
            simulation.gatling().isEmpty()
                ? ""
                : ", <a href=\"" + simulation.gatling() + "/index.html\">Gatling's report</a>"));
    text.append(requests(simulation));
    if (!simulation.figures().isEmpty()) {
      text.append("<h3>Other figures</h3><table>");
      simulation.figures().entrySet().stream()
          .sorted(Map.Entry.comparingByKey())
          .forEach(figure -> text.append(row(figure.getKey(), Check.number(figure.getValue()))));
      text.append("</table>\n");
    }
    text.append(plots(simulation.usage())).append(slowest(simulation)).append(checks(simulation));
    return text.append("</section>\n").toString();
  }

  private static String requests(Result simulation) {
    StringBuilder table =
        new StringBuilder(
            "<div class=\"wide\"><table><tr><th>request<th>p95 ms<th>limit<th>median<th>p99"
                + "<th>slowest<th>ok<th>shed<th>limited<th>unavailable<th>failed</tr>\n");
    for (RequestRow row : simulation.requests()) {
      String limit = MarkdownReport.limit(simulation, row);
      table.append(
          String.format(
              Locale.ROOT,
              "<tr%s><td>%s<td>%.1f<td>%s<td>%.1f<td>%.1f<td>%.1f<td>%d<td>%d<td>%d<td>%d<td>%d</tr>%n",
              limit.endsWith("OVER") ? " class=\"over\"" : "",
              escape(row.request()),
              row.p95(),
              limit,
              row.median(),
              row.p99(),
              row.slowest(),
              row.success(),
              row.shed(),
              row.limited(),
              row.unavailable(),
              row.failed()));
    }
    return table.append("</table></div>\n").toString();
  }

  private static String plots(List<Usage> usages) {
    if (usages.size() < 3) {
      return "";
    }
    return "<h3>Resources over time (warm-up shaded)</h3><div class=\"plots\">\n"
        + Plot.of("Service", "cores", usages, Usage::serviceCores)
        + Plot.of("Load generator", "cores", usages, Usage::generatorCores)
        + Plot.of("Resident memory", "MiB", usages, Usage::residentMib)
        + Plot.of("Threads", "of the service", usages, Usage::threads)
        + Plot.of("Files and sockets", "open", usages, Usage::files)
        + Plot.of("Connections", "in use", usages, Usage::poolActive)
        + Plot.of("Waiting for a connection", "requests", usages, Usage::poolPending)
        + Plot.of("Hashing gate", "logins inside", usages, Usage::hashing)
        + Plot.of("Garbage collection", "ms per second", usages, Usage::gcMillis)
        + "</div>\n";
  }

  private static String slowest(Result simulation) {
    StringBuilder table =
        new StringBuilder(
            "<h3>Slowest requests</h3><table><tr><th>request<th>ms<th>trace<th>time spent in</tr>");
    for (Result.Slow slow : simulation.slowest()) {
      table.append(
          String.format(
              Locale.ROOT,
              "<tr><td>%s<td>%.1f<td><code id=\"%s\">%s</code><td class=\"text\">%s</tr>%n",
              escape(slow.request()),
              slow.millis(),
              slow.traceId(),
              slow.traceId(),
              escape(slow.detail())));
    }
    return table.append("</table>\n").toString();
  }

  private static String checks(Result simulation) {
    StringBuilder text = new StringBuilder("<details><summary>All checks</summary><table>");
    simulation
        .checks()
        .forEach(check ->
            text.append(row(check.line(), check.ok() ? "ok" : check.kind().verdict().name())));
    return text.append("</table></details>\n").toString();
  }

  private static String environment(RunEnvironment environment) {
    return "<section><h2>Measured on</h2><table>"
        + row("time", environment.time())
        + row("commit", environment.commit())
        + row("profile", environment.profile())
        + row("service", environment.target())
        + row("processor", environment.processor() + ", " + environment.cores() + " cores")
        + row("system", environment.system())
        + row("JVM", environment.jvm())
        + row("tracing agent", environment.agent() ? "on" : "off")
        + row("password hash", environment.hashing())
        + "</table></section>\n";
  }

  private static String row(String name, String value) {
    return "<tr><td>" + escape(name) + "<td class=\"text\">" + escape(value) + "</tr>\n";
  }
}
