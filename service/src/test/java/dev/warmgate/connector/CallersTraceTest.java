package dev.warmgate.connector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.network.Cidr;
import dev.warmgate.ratelimit.ClientAddress;
import dev.warmgate.testkit.RawHttp;
import io.github.bucket4j.TimeMeter;
import io.opentelemetry.sdk.testing.assertj.OpenTelemetryAssertions;
import io.opentelemetry.sdk.testing.junit5.OpenTelemetryExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Looks at what the tracer would read, with a real server. */
final class CallersTraceTest {
  private static final int PER_SECOND = 3;
  private static final String SEEN = "X-Seen";
  private static final String CALLERS = "0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331";

  @RegisterExtension
  static final OpenTelemetryExtension TELEMETRY = OpenTelemetryExtension.create();

  private final AtomicLong nanos = new AtomicLong();
  private final Server server = new Server();
  private final ServerConnector connector = new ServerConnector(server);

  @AfterEach
  void stop() throws Exception {
    server.stop();
  }

  @Test
  void hasAsManyRequestsRecordedInASecondAsTheShareAllows() throws Exception {
    start(List.of());

    assertThat(flood("GET")).containsExactly("", "", "", "00", "00");
    assertThat(flood("POST")).containsExactly("", "", "", "00", "00");
    assertThat(TELEMETRY.getMetrics())
        .singleElement()
        .satisfies(metric ->
            OpenTelemetryAssertions.assertThat(metric)
                .hasName("warmgate.trace.unrecorded")
                .hasLongSumSatisfying(sum -> sum.hasPointsSatisfying(point -> point.hasValue(4))));

    nanos.addAndGet(1_000_000_000);

    assertThat(flood("GET")).containsExactly("", "", "", "00", "00");
  }

  @Test
  void leavesTheShareOfLoginsToThem() throws Exception {
    start(List.of());

    assertThat(flood("POST", "/api/v1/auth/introspect")).containsExactly("", "", "", "00", "00");
    assertThat(flood("HEAD")).containsOnly("00");
    assertThat(flood("OPTIONS")).containsOnly("00");
    assertThat(flood("POST", "/api/v1/auth/login")).containsExactly("", "", "", "00", "00");
  }

  @Test
  void takesAnIdOfZerosOfAProxyForNone() throws Exception {
    start(List.of(Cidr.parse("127.0.0.0/8")));
    List<String> flags = flood("GET");

    assertThat(flags).endsWith("00");
    for (String zeros :
        List.of(
            "0".repeat(32) + CALLERS.substring(32), CALLERS.substring(0, 33) + "0".repeat(16))) {
      assertThat(send("GET", "00-" + zeros + "-01"))
          .matches("00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-00")
          .doesNotContain(zeros);
    }
  }

  @Test
  void beginsAnotherTraceForEachRequestThatIsNotRecorded() throws Exception {
    start(List.of());
    flood("GET");

    List<String> headers = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      headers.add(send("GET", "00-" + CALLERS + "-01"));
    }
    assertThat(headers)
        .doesNotHaveDuplicates()
        .allMatch(header -> header.matches("00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-00"))
        .noneMatch(header -> header.contains(CALLERS));
  }

  @Test
  void ignoresTheTraceOfAStranger() throws Exception {
    start(List.of());

    assertThat(send("GET", "00-" + CALLERS + "-01")).isEmpty();
    assertThat(send("GET", "not a trace")).isEmpty();
  }

  @Test
  void goesOnWithTheTraceOfAProxyButDecidesItselfWhetherToRecordIt() throws Exception {
    start(List.of(Cidr.parse("127.0.0.0/8")));

    assertThat(send("GET", "00-" + CALLERS + "-00")).isEqualTo("00-" + CALLERS + "-01");
    assertThat(send("GET", "00-" + CALLERS + "-01")).isEqualTo("00-" + CALLERS + "-01");
    assertThat(send("GET", "not a trace")).isEmpty();
    assertThat(send("GET", "00-" + CALLERS + "-01")).isEqualTo("00-" + CALLERS + "-00");
  }

  private void start(List<Cidr> proxies) throws Exception {
    server.addConnector(connector);
    server.setHandler(new Echo());
    server.addEventListener(
        new CallersTrace(
            new ClientAddress(proxies),
            new RecordedShare(PER_SECOND, clock(), TELEMETRY.getOpenTelemetry())::tryTake));
    server.start();
  }

  private TimeMeter clock() {
    return new TimeMeter() {
      @Override
      public long currentTimeNanos() {
        return nanos.get();
      }

      @Override
      public boolean isWallClockBased() {
        return false;
      }
    };
  }

  /** Returns the flags of the headers that the tracer sees, empty where there is none. */
  private List<String> flood(String method) throws Exception {
    return flood(method, "/");
  }

  private List<String> flood(String method, String path) throws Exception {
    List<String> flags = new ArrayList<>();
    for (int i = 0; i < PER_SECOND + 2; i++) {
      flags.add(send(method, path, "").replaceFirst(".*-", ""));
    }
    return flags;
  }

  private String send(String method, String traceparent) throws Exception {
    return send(method, "/", traceparent);
  }

  private String send(String method, String path, String traceparent) throws Exception {
    String header = traceparent.isEmpty() ? "" : "traceparent: " + traceparent + "\r\n";
    String request =
        method + " " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + header + "\r\n";
    return RawHttp.send(connector.getLocalPort(), request).header(SEEN);
  }

  private static final class Echo extends Handler.Abstract {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      String header = Objects.requireNonNullElse(request.getHeaders().get("traceparent"), "");
      response.getHeaders().put(SEEN, header);
      callback.succeeded();
      return true;
    }
  }
}
