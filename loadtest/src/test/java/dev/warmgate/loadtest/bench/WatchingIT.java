package dev.warmgate.loadtest.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.loadtest.gate.verdict.Thresholds;
import dev.warmgate.loadtest.stack.Stack;
import dev.warmgate.loadtest.testkit.TestStack;
import dev.warmgate.loadtest.trace.FilterTraceCheck;
import dev.warmgate.loadtest.trace.MetricSeries;
import dev.warmgate.loadtest.trace.TracedClient;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks with the real agent what is recorded of requests, and that clients cannot add series. */
final class WatchingIT {
  private static final String LOGIN = "/api/v1/auth/login";
  private static final int MANY =
      Boolean.getBoolean("tests.full") ? Watching.MANY : Watching.MANY / 10;
  private static final Thresholds BARS = Thresholds.defaults();

  @TempDir static Path directory;

  private static final MetricSeries SERIES = new MetricSeries();
  private static Stack stack;
  private static TracedClient client;

  @BeforeAll
  static void start() throws InterruptedException {
    stack = TestStack.start(directory, Watching.SETTINGS);
    stack.spans().handMetricsTo(SERIES);
    client = new TracedClient(stack.address().baseUrl(), stack.spans());
  }

  @AfterAll
  static void stop() {
    stack.close();
  }

  @Test
  void recordsFewSpansOfALoginAndFewerOfWhatAFilterRefuses() throws Exception {
    Map<String, Watching.Traced> requests = Watching.requests(stack);

    assertThat(requests.get("login").status()).isEqualTo(200);
    assertThat((double) requests.get("login").spans())
        .isLessThanOrEqualTo(BARS.of("bench.watching.login"));
    assertThat(requests.get(Watching.ADMISSION).status()).isEqualTo(503);
    assertThat(requests.get(Watching.LIMIT).status()).isEqualTo(429);
    assertThat(requests.get(Watching.GUESSED).status()).isEqualTo(429);
    assertThat(requests.get(Watching.BUSY).status()).isEqualTo(503);
    for (String refused : Watching.EARLY) {
      assertThat((double) requests.get(refused).spans())
          .as(refused)
          .isLessThanOrEqualTo(BARS.of("bench.watching.refused"));
    }
    for (String refused : Watching.AFTER_THE_FILTERS) {
      assertThat((double) requests.get(refused).spans())
          .as(refused)
          .isLessThanOrEqualTo(BARS.of("bench.watching.refused-late"));
    }
  }

  /** It asks PostgreSQL and Redis for news and for their health every second. */
  @Test
  void recordsNothingOfAReplicaThatIsIdle() throws Exception {
    client.trace(client.get("/api/v1/auth/ping", ""));
    stack.spans().forget();
    long statements = stack.postgres().statements();

    Thread.sleep(Duration.ofSeconds(4));

    assertThat(stack.postgres().statements()).isGreaterThan(statements + 4);
    assertThat(stack.spans().kept()).isEmpty();
    assertThat(client.trace(client.get("/api/v1/auth/ping", ""))).isNotEmpty();
  }

  @Test
  void namesTheRouteAndTheReasonOfARefusalWhoseBodyNobodyReads() throws Exception {
    TracedClient.Traced refused = Watching.refused(client, stack.address().port());

    assertThat(refused.field("code")).isEqualTo("login_capacity_exceeded");
    Span request = FilterTraceCheck.server(client.trace(refused)).orElseThrow();
    assertThat(request.getName()).isEqualTo("POST " + LOGIN);
    assertThat(FilterTraceCheck.text(request, "http.route")).isEqualTo(LOGIN);
    assertThat(FilterTraceCheck.text(request, "warmgate.refusal"))
        .isEqualTo("login_capacity_exceeded");
    assertThat(request.getStatus().getCode()).isEqualTo(StatusCode.STATUS_CODE_ERROR);
  }

  @Test
  void namesTheRouteButNoRefusalIfAFilterWantsAnotherToken() throws Exception {
    TracedClient.Traced forged = client.get("/api/v1/auth/sessions", "forged");

    Span request = FilterTraceCheck.server(client.trace(forged)).orElseThrow();
    assertThat(forged.status()).isEqualTo(401);
    assertThat(request.getName()).isEqualTo("GET /api/v1/auth/sessions");
    assertThat(FilterTraceCheck.text(request, "http.route")).isEqualTo("/api/v1/auth/sessions");
    assertThat(FilterTraceCheck.text(request, "warmgate.refusal")).isEmpty();
  }

  @Test
  void hasTheSameSeriesAfterTenAndAfterManyClients() throws Exception {
    assertThat(Watching.newSeries(stack, SERIES, MANY)).isEmpty();

    assertThat(SERIES.names())
        .anyMatch(
            name -> name.startsWith("http.server.request.duration") && name.contains("/auth/me\""))
        .noneMatch(name -> name.toLowerCase(Locale.ROOT).contains(ManyClients.MARK));
  }
}
