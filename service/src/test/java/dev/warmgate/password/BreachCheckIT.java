package dev.warmgate.password;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.warmgate.network.Cidr;
import dev.warmgate.outbound.OutboundClient;
import dev.warmgate.outbound.OutboundUrlPolicy;
import dev.warmgate.request.RequestContext;
import dev.warmgate.telemetry.Telemetry;
import dev.warmgate.testkit.StubServer;
import io.dropwizard.util.Duration;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.testing.junit5.OpenTelemetryExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the check against a stub of the Pwned Passwords range API, including faulty answers. */
final class BreachCheckIT {
  /** SHA-1: 5BAA6 1E4C9B93F3F0682250B6CF8331B7EE68FD8. */
  private static final Password BREACHED = new Password("password");

  private static final String REST = "1E4C9B93F3F0682250B6CF8331B7EE68FD8";
  private static final String OTHER = "003D68EB55068C33ACE09247EE4C639306B";

  @RegisterExtension
  private final OpenTelemetryExtension telemetry = OpenTelemetryExtension.create();

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<HttpExchange> requests = new CopyOnWriteArrayList<>();
  private final CountDownLatch release = new CountDownLatch(1);
  private volatile HttpHandler handler;
  private final StubServer server =
      new StubServer(exchange -> {
        requests.add(exchange);
        handler.handle(exchange);
      });
  private BreachCheck check;

  @BeforeEach
  void start() {
    check = check(server.url(""));
  }

  private BreachCheck check(String url) {
    PasswordConfiguration.BreachCheckSettings settings =
        new PasswordConfiguration.BreachCheckSettings(url, Duration.milliseconds(500));
    OutboundUrlPolicy urls = new OutboundUrlPolicy(List.of(Cidr.parse("127.0.0.0/8")));
    return new BreachCheck(
        settings,
        new OutboundClient(urls, settings.timeout().toJavaDuration(), BreachCheck.MOST_CALLS),
        telemetry.getOpenTelemetry());
  }

  @AfterEach
  void stop() {
    release.countDown();
    check.stop();
    server.close();
    threads.shutdownNow();
  }

  @Test
  void sendsOnlyFiveDigitsOfTheHash() {
    answer(200, OTHER + ":3\r\n" + REST + ":9545824\r\n");

    assertThat(check.finds(BREACHED)).isTrue();
    assertThat(requests.getFirst().getRequestURI()).hasPath("/range/5BAA6").hasNoQuery();
    assertThat(requests.getFirst().getRequestHeaders().getFirst("Add-Padding")).isEqualTo("true");
    assertThat(requests.getFirst().getRequestHeaders().toString()).doesNotContain(REST);
    assertCounted(0, 1, 0);
  }

  @Test
  void findsNeitherOtherHashesNorPadding() {
    answer(200, OTHER + ":3\r\n" + REST + ":0\r\n");

    assertThat(check.finds(BREACHED)).isFalse();
    assertCounted(1, 0, 0);
  }

  @Test
  void refusesAnAnswerThatIsTooLarge() {
    answer(200, (OTHER + ":3\r\n").repeat(2000) + REST + ":1");
    assertThat(check.finds(BREACHED)).isTrue();

    answer(200, (OTHER + ":3\r\n").repeat(20_000) + REST + ":1");
    assertThat(check.finds(BREACHED)).isFalse();
    assertCounted(0, 1, 1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<html><body>Welcome to our hotel's network: please log in first.</body></html>",
        REST + ":1\r\n<html>",
        REST + "1\r\n",
      })
  void ignoresAnAnswerInAnotherFormat(String page) {
    answer(200, page);

    assertThat(check.finds(BREACHED)).isFalse();
    assertCounted(0, 0, 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {302, 404, 429, 503})
  void ignoresAnAnswerWithAnotherStatus(int status) {
    answer(status, REST + ":1\r\n");

    assertThat(check.finds(BREACHED)).isFalse();
    assertCounted(0, 0, 1);
  }

  @Test
  void stopsWaitingForADeadServer() {
    hang();
    for (int i = 0; i < 5; i++) {
      assertThat(check.finds(BREACHED)).isFalse();
    }
    int waited = requests.size();
    for (int i = 0; i < 50; i++) {
      assertThat(check.finds(BREACHED)).isFalse();
    }

    assertThat(waited).isEqualTo(5);
    // The open breaker lets one trial per second through.
    assertThat(requests).hasSizeLessThan(10);
    assertCounted(0, 0, 55);
  }

  @Test
  void limitsConcurrentCallsAndLetsOtherPasswordsPass() throws Exception {
    hang();
    List<Future<Boolean>> all = new ArrayList<>();
    for (int i = 0; i < 4 * BreachCheck.MOST_CALLS; i++) {
      all.add(threads.submit(() -> check.finds(BREACHED)));
    }
    for (Future<Boolean> one : all) {
      assertThat(one.get()).isFalse();
    }

    assertThat(requests).hasSizeLessThanOrEqualTo(BreachCheck.MOST_CALLS);
    assertCounted(0, 0, 4 * BreachCheck.MOST_CALLS);
  }

  @Test
  void ignoresAnEmptyAnswer() {
    answer(200, "");

    assertThat(check.finds(BREACHED)).isFalse();
    assertCounted(0, 0, 1);
  }

  @Test
  void sendsNothingWithoutAUrl() {
    answer(200, REST + ":1\r\n");
    BreachCheck off = check(null);

    assertThat(off.finds(BREACHED)).isFalse();
    off.stop();
    assertCounted(0, 0, 0);
  }

  @Test
  void sendsNothingForTheWarmUp() {
    answer(200, REST + ":1\r\n");
    RequestContext.warmUp(() -> assertThat(check.finds(BREACHED)).isFalse());

    assertThat(requests).isEmpty();
  }

  private void answer(int status, String text) {
    handler =
        exchange -> {
          byte[] body = text.getBytes(US_ASCII);
          exchange.sendResponseHeaders(status, body.length);
          exchange.getResponseBody().write(body);
        };
  }

  private void hang() {
    handler =
        exchange -> {
          try {
            release.await();
          } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
          }
        };
  }

  private void assertCounted(long clean, long breached, long missed) {
    assertThat(List.of(count("clean"), count("breached"), count("missed")))
        .containsExactly(clean, breached, missed);
  }

  private long count(String outcome) {
    return telemetry.getMetrics().stream()
        .filter(metric -> metric.getName().equals(Telemetry.PASSWORD_BREACH_CHECKS))
        .flatMap(metric -> metric.getLongSumData().getPoints().stream())
        .filter(point -> point.getAttributes().equals(Attributes.of(Telemetry.OUTCOME, outcome)))
        .mapToLong(point -> point.getValue())
        .sum();
  }
}
