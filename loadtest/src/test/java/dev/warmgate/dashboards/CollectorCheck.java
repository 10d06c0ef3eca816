package dev.warmgate.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.warmgate.loadtest.http.ApiClient;
import dev.warmgate.loadtest.stack.LocalCollector;
import dev.warmgate.loadtest.testkit.TestStack;
import dev.warmgate.loadtest.trace.OtlpForwarder;
import dev.warmgate.loadtest.trace.SpanReceiver;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Sends traces of known kinds through the collector and checks which it keeps. It is not named as a
 * test because it needs the collector: scripts/tests/telemetry.sh runs it.
 */
final class CollectorCheck {
  /** Until the decision about a trace whose root has arrived, and the next batch. */
  private static final Duration DECIDED = Duration.ofSeconds(6);

  private static final Duration PATIENCE = Duration.ofSeconds(40);

  /** Of hundreds, what a draw of a tenth may keep with room for chance. */
  private static final double LITTLE = 0.03;

  private static final double MUCH = 0.19;

  private static final int FLOOD = 1000;

  @TempDir private Path directory;

  private final Set<String> kept = ConcurrentHashMap.newKeySet();
  private final AtomicInteger keptSpans = new AtomicInteger();
  private SpanReceiver store;
  private LocalCollector collector;
  private OtlpForwarder service;

  @BeforeEach
  void start() throws Exception {
    store = SpanReceiver.start();
    store.handTo(export ->
        export.getResourceSpansList().stream()
            .flatMap(resource -> resource.getScopeSpansList().stream())
            .flatMap(scope -> scope.getSpansList().stream())
            .forEach(this::note));
    collector = start(store.endpoint());
    service = new OtlpForwarder(collector.url());
  }

  @AfterEach
  void stop() {
    service.close();
    collector.close();
    store.close();
  }

  private LocalCollector start(String traces, Path... more)
      throws IOException, InterruptedException {
    Path executable = Path.of(System.getenv("TELEMETRY_PROGRAMS"), "collector");
    Path project = TestStack.PROJECT.toAbsolutePath().normalize();
    return LocalCollector.start(executable, project, directory, traces, store.endpoint(), more);
  }

  private void note(Span span) {
    keptSpans.incrementAndGet();
    kept.add(HexFormat.of().formatHex(span.getTraceId().toByteArray()));
  }

  @Test
  void keepsOfAThousandTracesAllThatAreMarkedAndATenthOfTheOthers() throws Exception {
    KnownTraces thousand = KnownTraces.thousand();
    send(thousand);

    assertThat(thousand.kinds()).hasSize(1000);
    for (TraceKind kind : TraceKind.values()) {
      Set<String> all = of(thousand, kind);
      int found = found(all);
      System.out.printf("  %-9s %6d %6d%n", kind, all.size(), found);
      if (kind.isKept()) {
        assertThat(found).as("%s", kind).isEqualTo(all.size());
      } else if (kind == TraceKind.REFUSED) {
        // The ceiling lets eighty spans pass at once.
        assertThat(found).isBetween((int) (LITTLE * all.size()), 45);
      } else {
        assertThat(found / (double) all.size()).as("%s", kind).isBetween(LITTLE, MUCH);
      }
    }
  }

  /** A thousand traces of each class at once, of two spans each. */
  @Test
  void keepsNoMoreOfAClassThanItsCeiling() throws Exception {
    Map<TraceKind, Span.Builder> roots =
        Map.of(
            TraceKind.FAILED, KnownTraces.failed(),
            TraceKind.SLOW, KnownTraces.slow(),
            TraceKind.EXEMPLAR, KnownTraces.exemplar(),
            TraceKind.REFUSED, KnownTraces.refused("overloaded"));
    for (Map.Entry<TraceKind, Span.Builder> root : roots.entrySet()) {
      KnownTraces flood =
          KnownTraces.of(root.getKey(), FLOOD, root.getValue(), KnownTraces.child());
      send(flood);

      int found = found(flood.kinds().keySet());
      System.out.printf("  %d %s at once: %d kept%n", FLOOD, root.getKey(), found);
      // What may come at once, and what the second adds in which they are decided.
      int ceiling = root.getKey() == TraceKind.REFUSED ? 60 : 300;
      // Those beyond it may be among the tenth of the others.
      int drawn = root.getKey() == TraceKind.REFUSED ? 0 : 140;
      assertThat(found).as("%s", root.getKey()).isPositive().isLessThanOrEqualTo(ceiling + drawn);
    }
  }

  @Test
  void keepsFailuresBeforeAFloodOfOrdinaryTraces() throws Exception {
    KnownTraces failures = KnownTraces.of(TraceKind.FAILED, 100, KnownTraces.failed());
    service.send("/v1/traces", failures.export());
    for (int i = 0; i < 22; i++) {
      KnownTraces ordinary =
          KnownTraces.of(TraceKind.ORDINARY, FLOOD, KnownTraces.server(), KnownTraces.child());
      service.send("/v1/traces", ordinary.export());
    }
    Thread.sleep(DECIDED);

    assertThat(found(failures.kinds().keySet())).isEqualTo(100);
    assertThat(metrics())
        .containsPattern("(?m)^otelcol_processor_tail_sampling_sampling_trace_dropped_too_early 0");
  }

  @Test
  void keepsAFailureThatIsKnownFifteenSecondsAfterTheFirstSpan() throws Exception {
    ByteString id = KnownTraces.random(16);
    KnownTraces early = new KnownTraces();
    early.addOrphan(TraceKind.FAILED, id);
    service.send("/v1/traces", early.export());
    Thread.sleep(Duration.ofSeconds(15));
    KnownTraces late = new KnownTraces();
    late.add(TraceKind.FAILED, id, KnownTraces.QUICK, KnownTraces.failed());
    send(late);

    assertThat(keptSpans).hasValue(2);
  }

  /** Otherwise a client that can choose ids could choose what is kept. */
  @Test
  void drawsOtherTracesWithAnotherSalt() throws Exception {
    KnownTraces same = KnownTraces.of(TraceKind.ORDINARY, FLOOD, KnownTraces.server());
    send(same);
    Set<String> first = new HashSet<>(kept);
    kept.clear();
    service.close();
    collector.close();
    collector = start(store.endpoint());
    service = new OtlpForwarder(collector.url());
    send(same);

    assertThat(first).hasSizeBetween(60, 150);
    assertThat(kept).hasSizeBetween(60, 150);
    first.retainAll(kept);
    assertThat(first).hasSizeLessThan(40);
  }

  @Test
  void countsItsLossesUnderTheNamesThatTheAlertsRead() throws Exception {
    service.close();
    collector.close();
    Path impatient =
        Files.writeString(
            directory.resolve("impatient.yml"),
            """
            exporters:
              otlp_http/tempo:
                retry_on_failure: {initial_interval: 500ms, max_interval: 1s, max_elapsed_time: 2s}
                sending_queue: {queue_size: 1, num_consumers: 1}
            """);
    // Nobody listens there.
    collector = start("http://127.0.0.1:1", impatient);
    service = new OtlpForwarder(collector.url());
    Set<String> named =
        Rules.all(TestStack.PROJECT).stream()
            .flatMap(rule -> Names.metrics(rule.promql()).stream())
            .filter(name -> name.startsWith("otelcol_"))
            .collect(Collectors.toSet());

    assertThat(named).isEqualTo(Names.ofCollector(TestStack.PROJECT));
    TestStack.await(
        PATIENCE,
        () -> {
          KnownTraces one = KnownTraces.of(TraceKind.FAILED, 1, KnownTraces.failed());
          service.send("/v1/traces", one.export());
          String metrics = metrics();
          return named.stream()
              .allMatch(name -> Pattern.compile("(?m)^" + name + "[{ ]").matcher(metrics).find());
        });
  }

  private void send(KnownTraces traces) throws InterruptedException {
    service.send("/v1/traces", traces.export());
    Thread.sleep(DECIDED);
  }

  private static Set<String> of(KnownTraces traces, TraceKind kind) {
    return traces.kinds().entrySet().stream()
        .filter(trace -> trace.getValue() == kind)
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  private int found(Set<String> traces) {
    return (int) traces.stream().filter(kept::contains).count();
  }

  private String metrics() {
    try (ApiClient client = new ApiClient(collector.metricsUrl())) {
      return client.get("", "").body();
    } catch (IOException away) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }
}
