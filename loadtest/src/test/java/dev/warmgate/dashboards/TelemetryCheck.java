package dev.warmgate.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.warmgate.loadtest.load.HttpConnection;
import dev.warmgate.loadtest.stack.LocalTelemetry;
import dev.warmgate.loadtest.stack.Stack;
import dev.warmgate.loadtest.stack.StackOptions;
import dev.warmgate.loadtest.testkit.TestStack;
import dev.warmgate.telemetry.Telemetry;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

/**
 * Runs the service with the collector, Prometheus 3 and Jaeger: the boards must show a known load,
 * their exemplars must lead to traces at rest and in an overload, and what fails or is slow must be
 * kept, but not what only looks like that. It is not named as a test because it needs these
 * programs: scripts/tests/telemetry.sh runs it.
 */
final class TelemetryCheck {
  private static final double SHARE_THAT_LEADS_TO_A_TRACE = 0.95;
  private static final Duration EXPORTED = Duration.ofSeconds(3);

  /** Until what was counted has been scraped and seen by the rules. */
  private static final Duration SETTLED = Duration.ofSeconds(65);

  private static final int FLOOD = 24_000;
  private static final int FLOODING_CLIENTS = 8;

  /** What a policy that draws a tenth may keep of hundreds, with room for chance. */
  private static final double LITTLE = 0.03;

  private static final double MUCH = 0.2;

  /** Refusals kept for each second of load, and those that the ceiling lets pass at once. */
  private static final int REFUSALS_PER_SECOND = 10;

  private static final int REFUSALS_AT_ONCE = 20;

  private final Path project = TestStack.PROJECT.toAbsolutePath().normalize();
  private final BoardQueries queries = new BoardQueries(project, Set.of());
  private final SoftAssertions softly = new SoftAssertions();
  private final Map<ByteString, List<Span>> sent = new HashMap<>();
  private Prometheus prometheus;
  private Jaeger jaeger;

  @Test
  void showsTheKnownLoadAndKeepsTheRightTraces() throws Exception {
    // Kept, for a look at what went wrong.
    Path directory = Files.createTempDirectory("warmgate-telemetry");
    Map<String, String> settings =
        Map.of(
            "PROMETHEUS_PORT",
            "0",
            "JAEGER_PORT",
            "0",
            "OTEL_METRIC_EXPORT_INTERVAL",
            "1000",
            // So that a statement may be slow without being given up.
            "JAVA_TOOL_OPTIONS",
            "-Ddw.database.answer_timeout=4s");
    StackOptions options =
        new StackOptions(project, directory.resolve("stack"), 0, 0, false, settings);
    try (Stack stack = KnownLoad.stack(options)) {
      LocalTelemetry telemetry = stack.telemetry().orElseThrow();
      prometheus = Prometheus.at(telemetry.prometheusUrl());
      jaeger = new Jaeger(telemetry.jaegerUrl());
      stack.spans().handTo(this::note);
      KnownLoad load = new KnownLoad(stack);
      queries.ask(load, prometheus);
      System.out.println(queries.summary() + " (" + directory + ")");
      followExemplars("at rest", load, 60, Duration.ofSeconds(40));
      judge("of incidents", new Incidents(stack).cause(), Duration.ofSeconds(10));
      followExemplars("in overload", load, 3000, Duration.ofSeconds(15));
      judge("of the service", kindsOfSent(), Duration.ofMinutes(3));
      flood(stack);
    }
    assertThat(queries.wrong()).isEmpty();
    softly.assertAll();
  }

  /** What is lost in a flood of requests must not be lost in silence. */
  private void flood(Stack stack) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> clients = new ArrayList<>();
      for (int i = 0; i < FLOODING_CLIENTS; i++) {
        clients.add(
            threads.submit(() -> {
              try (HttpConnection connection = new HttpConnection(stack.address().port())) {
                byte[] request = HttpConnection.get("/api/v1/auth/me", "forged");
                int sent = 0;
                while (sent < FLOOD / FLOODING_CLIENTS && !connection.send(request).closing()) {
                  sent++;
                }
              }
              return null;
            }));
      }
      for (Future<?> client : clients) {
        client.get();
      }
    }
    Thread.sleep(SETTLED);
    double unrecorded = lost("warmgate_trace_unrecorded_total");
    double agents = lost("otel_sdk_processor_span_processed_total{error_type!=\"\"}");
    double collectors = lost("otelcol_processor_tail_sampling_sampling_trace_dropped_too_early");
    System.out.printf(
        "flood of %d requests: %.0f were not recorded, the agent dropped %.0f spans, the collector"
            + " %.0f traces%n",
        FLOOD, unrecorded, agents, collectors);
    softly.assertThat(unrecorded).isPositive();
    softly.assertThat(isFiring("WarmgateSpansDropped")).isEqualTo(agents > 0);
    softly.assertThat(isFiring("WarmgateTracesLost")).isEqualTo(collectors > 0);
  }

  private double lost(String series) throws IOException, InterruptedException {
    return prometheus.sum("sum(" + series + ")");
  }

  private boolean isFiring(String alert) throws IOException, InterruptedException {
    Rules.Rule rule =
        Rules.all(project).stream()
            .filter(one -> one.name().equals(alert))
            .findFirst()
            .orElseThrow();
    return !prometheus.query(rule.promql(), Instant.now()).isEmpty();
  }

  private synchronized void note(ExportTraceServiceRequest export) {
    export.getResourceSpansList().stream()
        .flatMap(resource -> resource.getScopeSpansList().stream())
        .flatMap(scope -> scope.getSpansList().stream())
        .forEach(
            span -> sent.computeIfAbsent(span.getTraceId(), id -> new ArrayList<>()).add(span));
  }

  private synchronized Map<String, TraceKind> kindsOfSent() {
    Map<String, TraceKind> kinds = new HashMap<>();
    sent.forEach(
        (id, trace) -> kinds.put(HexFormat.of().formatHex(id.toByteArray()), byMarks(trace)));
    return kinds;
  }

  private static TraceKind byMarks(List<Span> trace) {
    Set<String> marks =
        trace.stream()
            .flatMap(span -> span.getAttributesList().stream())
            .map(KeyValue::getKey)
            .collect(Collectors.toSet());
    if (marks.contains(Telemetry.FAILURE.getKey())) {
      return TraceKind.FAILED;
    }
    if (marks.contains(Telemetry.SLOW.getKey())) {
      return TraceKind.SLOW;
    }
    if (marks.contains(Telemetry.EXEMPLAR.getKey())) {
      return TraceKind.EXEMPLAR;
    }
    return marks.contains(Telemetry.REFUSAL.getKey()) ? TraceKind.REFUSED : TraceKind.ORDINARY;
  }

  /** The points that Grafana draws during a load must lead to traces that are there. */
  private void followExemplars(String when, KnownLoad load, int logins, Duration time)
      throws IOException, InterruptedException {
    Instant from = Instant.now();
    KnownLoad.Logins counted = load.spread(logins, time);
    Thread.sleep(EXPORTED);
    Set<String> drawn = new HashSet<>();
    for (Board board : Board.all(project)) {
      for (Board.PanelTarget target : board.targets()) {
        if (target.json().path("exemplar").asBoolean()) {
          String query = BoardQueries.filledIn(target.promql(), time.toSeconds());
          drawn.addAll(prometheus.exemplars(query, from, Instant.now()));
        }
      }
    }
    Set<String> kept = jaeger.awaitKept(drawn);
    System.out.printf("exemplars %s: %d of %d lead to a trace%n", when, kept.size(), drawn.size());
    System.out.println("  " + counted);
    softly.assertThat(drawn).as("exemplars " + when).isNotEmpty();
    softly
        .assertThat(kept.size() / (double) drawn.size())
        .as("share of exemplars %s that lead to a trace", when)
        .isGreaterThanOrEqualTo(SHARE_THAT_LEADS_TO_A_TRACE);
  }

  /**
   * @param time in which the traces were sent
   */
  private void judge(String which, Map<String, TraceKind> kinds, Duration time)
      throws IOException, InterruptedException {
    Map<TraceKind, Set<String>> all = new EnumMap<>(TraceKind.class);
    kinds.forEach((trace, kind) -> all.computeIfAbsent(kind, key -> new HashSet<>()).add(trace));
    Set<String> wanted = new HashSet<>();
    all.forEach((kind, traces) -> wanted.addAll(kind.isKept() ? traces : Set.of()));
    jaeger.awaitKept(wanted);
    System.out.println("traces " + which + ", sent and kept:");
    for (Map.Entry<TraceKind, Set<String>> entry : all.entrySet()) {
      TraceKind kind = entry.getKey();
      int count = entry.getValue().size();
      int kept = jaeger.kept(entry.getValue()).size();
      System.out.printf("  %-9s %6d %6d%n", kind, count, kept);
      String what = kind + " traces " + which;
      switch (kind) {
        case SLOW, FAILED, EXEMPLAR -> softly.assertThat(kept).as(what).isEqualTo(count);
        case REFUSED ->
            softly
                .assertThat(kept)
                .as(what)
                .isPositive()
                .isLessThanOrEqualTo((int) (MUCH * count))
                .isLessThanOrEqualTo(
                    REFUSALS_AT_ONCE + (int) time.plusSeconds(2).toSeconds() * REFUSALS_PER_SECOND);
        case PROVOKED, ORDINARY ->
            softly.assertThat(kept / (double) count).as("share of " + what).isBetween(LITTLE, MUCH);
      }
    }
  }
}
