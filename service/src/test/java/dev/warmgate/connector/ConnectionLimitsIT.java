package dev.warmgate.connector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Eventually;
import dev.warmgate.testkit.RawHttp;
import dev.warmgate.testkit.RunningService;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Opens more connections than the service allows, and uses it meanwhile. */
final class ConnectionLimitsIT {
  private static final int TOTAL = 64;
  private static final int PER_PROXY = 48;
  private static final int PER_ADDRESS = 16;
  private static final int ADMIN = 16;
  private static final String PROXY = "127.0.0.99";
  private static final AtomicInteger TESTS = new AtomicInteger();

  /** Not 127.0.0.1, from which the test's other clients hold connections. */
  private static final String OTHER = "127.0.0.77";

  private static final String READINESS = "GET /health-check HTTP/1.1\r\nHost: x\r\n";

  @RegisterExtension
  static final RunningService SERVICE =
      new RunningService()
          // The first is the address of the clients that wait for the service.
          .with("trusted_proxies", "127.0.0.1/32," + PROXY + "/32")
          .with("connections.total", Integer.toString(TOTAL))
          .with("connections.per_proxy", Integer.toString(PER_PROXY))
          .with("connections.per_address", Integer.toString(PER_ADDRESS))
          .with("connections.admin", Integer.toString(ADMIN));

  /** Another one in each test, since the service notices the end of a connection a bit later. */
  private final String one = "127.0.1." + TESTS.incrementAndGet();

  private final List<RawHttp.Connection> opened = new ArrayList<>();

  /** Waits until the service has noticed, too. */
  @AfterEach
  void close() throws Exception {
    for (RawHttp.Connection connection : opened) {
      connection.close();
    }
    List<RawHttp.Connection> all = new ArrayList<>();
    Eventually.within(
        Duration.ofSeconds(10),
        () -> {
          for (RawHttp.Connection connection : all) {
            connection.close();
          }
          all.clear();
          for (int i = 0; i < PER_ADDRESS; i++) {
            all.add(RawHttp.connect("127.0.2.1", SERVICE.port()));
          }
          return stillOpen(all) == PER_ADDRESS;
        });
    for (RawHttp.Connection connection : all) {
      connection.close();
    }
  }

  private RawHttp.Connection open(String from, int port) throws IOException {
    RawHttp.Connection connection = RawHttp.connect(from, port);
    opened.add(connection);
    return connection;
  }

  private List<RawHttp.Connection> open(int number, String from) throws IOException {
    List<RawHttp.Connection> connections = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      connections.add(open(from, SERVICE.port()));
    }
    return connections;
  }

  /** Reads from each until the service would have closed it. */
  private static int stillOpen(List<RawHttp.Connection> connections) throws IOException {
    int open = 0;
    for (RawHttp.Connection connection : connections) {
      open += isOpen(connection) ? 1 : 0;
    }
    return open;
  }

  private static boolean isOpen(RawHttp.Connection connection) throws IOException {
    connection.socket().setSoTimeout(10);
    try {
      return connection.socket().getInputStream().read() >= 0;
    } catch (SocketTimeoutException silent) {
      return true;
    } catch (SocketException reset) {
      return false;
    }
  }

  private static int ready(String from) throws IOException {
    try (RawHttp.Connection client = RawHttp.connect(from, SERVICE.port())) {
      client.send(READINESS + "Connection: close\r\n\r\n");
      return client.answer().status();
    }
  }

  @Test
  void staysReadyWhileManyAddressesOpenMoreThanAllConnections() throws Exception {
    ApiClient admin = SERVICE.adminApi();
    for (int i = 0; i < 4 * TOTAL; i++) {
      open("127.0.0." + (2 + i % 10), SERVICE.port());
      if (i % 4 == 0) {
        assertThat(ready(OTHER)).isEqualTo(200);
      }
    }
    assertThat(ready(OTHER)).isEqualTo(200);
    assertThat(admin.get("/observatory.json").status()).isEqualTo(200);
    assertThat(stillOpen(opened)).isBetween(TOTAL / 2, TOTAL);
  }

  /** Bytes that never end a request are no use either. */
  @Test
  void staysReadyWhileManyAddressesLeaveTheirRequestsUnfinished() throws Exception {
    for (int i = 0; i < 2 * TOTAL; i++) {
      RawHttp.Connection client = open("127.0.0." + (2 + i % 10), SERVICE.port());
      try {
        client.send(
            i % 2 == 0 ? READINESS : "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n");
      } catch (SocketException _) {
        // It was one too many.
      }
    }

    assertThat(ready(OTHER)).isEqualTo(200);
  }

  @Test
  void closesAtOnceWhatOneAddressOpensBeyondItsLimit() throws Exception {
    List<RawHttp.Connection> first = open(PER_ADDRESS, one);
    List<RawHttp.Connection> excess = open(PER_ADDRESS, one);

    assertThat(stillOpen(excess)).isZero();
    assertThat(stillOpen(first)).isEqualTo(PER_ADDRESS);
    assertThat(ready("127.0.0.3")).isEqualTo(200);
  }

  /** Neighbours behind the same address, for example. */
  @Test
  void closesAnIdleConnectionForANewerOneOfTheSameAddress() throws Exception {
    List<RawHttp.Connection> idle = open(PER_ADDRESS, one);
    Thread.sleep(1100);

    assertThat(ready(one)).isEqualTo(200);
    assertThat(isOpen(idle.getFirst())).isFalse();
    assertThat(stillOpen(idle)).isEqualTo(PER_ADDRESS - 1);
  }

  @Test
  void givesPlacesBack() throws Exception {
    for (int i = 0; i < 2 * PER_ADDRESS; i++) {
      assertThat(ready(one)).isEqualTo(200);
    }
  }

  @Test
  void allowsATrustedProxyMore() throws Exception {
    List<RawHttp.Connection> first = open(PER_PROXY, PROXY);

    assertThat(stillOpen(open(1, PROXY))).isZero();
    assertThat(stillOpen(first)).isEqualTo(PER_PROXY);
  }

  @Test
  void limitsTheAdminPortByItself() throws Exception {
    for (int i = 0; i < ADMIN; i++) {
      open(one, SERVICE.adminPort());
    }

    assertThat(stillOpen(opened)).isEqualTo(ADMIN / 2);
    assertThat(SERVICE.adminApi().get("/observatory.json").status()).isEqualTo(200);
    assertThat(ready(one)).isEqualTo(200);
  }
}
