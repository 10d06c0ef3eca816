package dev.warmgate.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.warmgate.network.Cidr;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.testing.assertj.OpenTelemetryAssertions;
import io.opentelemetry.sdk.testing.junit5.OpenTelemetryExtension;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

final class ClientAddressTest {
  @RegisterExtension static final OpenTelemetryExtension METRICS = OpenTelemetryExtension.create();

  private final ClientAddress addresses =
      new ClientAddress(List.of(Cidr.parse("10.0.0.0/8"), Cidr.parse("fd00::/8")));

  @ParameterizedTest
  @CsvSource({
    "203.0.113.7, 203.0.113.7",
    "2001:db8:1:2:aaaa::1, 2001:db8:1:2::/64",
    "2001:db8::1, 2001:db8::/64",
    "0:0:0:0:0:0:0:1, ::1",
    "0:0:0:0:0:0:0:1%0, ::1",
    "[::1], ::1",
    "::ffff:203.0.113.7, 203.0.113.7",
    "fe80:0:0:0:1:2:3:4%eth0, fe80::/64",
  })
  void isThePeerWithoutProxies(String peer, String expected) {
    assertThat(of(addresses, peer, null)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "203.0.113.7 | 198.51.100.1                      | 203.0.113.7",
        "10.0.0.1    | 198.51.100.1                      | 198.51.100.1",
        "10.0.0.1    | 1.1.1.1, 198.51.100.1             | 198.51.100.1",
        "10.0.0.1    | 1.1.1.1, 198.51.100.1, 10.0.0.2   | 198.51.100.1",
        "10.0.0.1    | 10.0.0.3, 10.0.0.2                | 10.0.0.3",
        "10.0.0.1    | garbage                           | 10.0.0.1",
        "10.0.0.1    | 198.51.100.1, garbage, 10.0.0.2   | 10.0.0.2",
        "10.0.0.1    | ''                                | 10.0.0.1",
        "10.0.0.1    | ,,,                               | 10.0.0.1",
        "10.0.0.1    | example.com                       | 10.0.0.1",
        "fd00::1     | 198.51.100.1                      | 198.51.100.1",
        "10.0.0.1    | 198.51.100.1:4711                 | 198.51.100.1",
        "10.0.0.1    | 2001:db8::7                       | 2001:db8::/64",
        "10.0.0.1    | [2001:db8::7]                     | 2001:db8::/64",
        "10.0.0.1    | [2001:db8::7]:4711                | 2001:db8::/64",
        "10.0.0.1    | '\"[2001:db8::7]:4711\"'           | 2001:db8::/64",
        "10.0.0.1    | fe80::7%eth0                      | fe80::/64",
        "10.0.0.1    | [fe80::7%25eth0]:4711             | fe80::/64",
        "10.0.0.1    | ::ffff:198.51.100.1               | 198.51.100.1",
        "10.0.0.1    | [::ffff:198.51.100.1]:4711        | 198.51.100.1",
        "10.0.0.1    | 198.51.100.1, ::ffff:10.0.0.2     | 198.51.100.1",
        "10.0.0.1    | 198.51.100.1,, 10.0.0.2           | 198.51.100.1",
        "10.0.0.1    | ::1                               | ::1",
        "10.0.0.1    | unknown                           | 10.0.0.1",
        "10.0.0.1    | 198.51.100.1:port                 | 10.0.0.1",
        "10.0.0.1    | 198.51                            | 10.0.0.1",
        "10.0.0.1    | '\"5.5.5.5, 198.51.100.1'          | 198.51.100.1",
      })
  void trustsOnlyEntriesOfTrustedProxies(String peer, String forwardedFor, String expected) {
    assertThat(of(addresses, peer, forwardedFor)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "for=198.51.100.1                                  | 198.51.100.1",
        "For=\"198.51.100.1:4711\";proto=https             | 198.51.100.1",
        "proto=https;for=198.51.100.1;by=10.0.0.1          | 198.51.100.1",
        "for=\"[2001:db8:cafe::17]:4711\"                  | 2001:db8:cafe::/64",
        "for=\"[2001:db8::17]\"                            | 2001:db8::/64",
        "for=\"[2001:db8::17]:_port\"                      | 2001:db8::/64",
        "for = 198.51.100.1 ; host=a                       | 198.51.100.1",
        "for=\"198\\.51.100.1\"                            | 198.51.100.1",
        "for=1.1.1.1, for=198.51.100.1                     | 198.51.100.1",
        "for=198.51.100.1, for=10.0.0.2;host=\"a,for=5.5.5.5\" | 198.51.100.1",
        "for=198.51.100.1;host=\"for=5.5.5.5\", for=10.0.0.2 | 198.51.100.1",
        "host=\"a;for=5.5.5.5\";for=198.51.100.1           | 198.51.100.1",
        "for=\"5.5.5.5, for=198.51.100.1                   | 198.51.100.1",
        "for=\"5.5.5.5\\, for=\"198.51.100.1:4711\"         | 198.51.100.1",
        "xfor=5.5.5.5                                      | 10.0.0.1",
        "for=unknown                                       | 10.0.0.1",
        "for=_hidden                                       | 10.0.0.1",
        "proto=https                                       | 10.0.0.1",
        "for=\"198.51.100.1                                 | 10.0.0.1",
        "198.51.100.1                                      | 10.0.0.1",
      })
  void readsTheForwardedHeader(String forwarded, String expected) {
    ClientAddress reader =
        new ClientAddress(
            List.of(Cidr.parse("10.0.0.0/8")), 0, ForwardedHeader.FORWARDED, OpenTelemetry.noop());

    assertThat(reader.of("10.0.0.1", Map.of("forwarded", forwarded)::get)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "\"", "\"\\", ",", ";", "for=", "[", "1.", "\"a\","})
  void readsAHeaderOfAnyLength(String unit) {
    for (ForwardedHeader header : ForwardedHeader.values()) {
      List<String> elements = header.elements(unit.repeat(10_000) + ", for=198.51.100.1");

      assertThat(elements).allSatisfy(element -> assertThat(header.address(element)).isNotNull());
    }
  }

  /** A proxy that writes the one passes on the other as the client sent it. */
  @Test
  void readsOnlyTheHeaderOfTheProxies() {
    Map<String, String> both =
        Map.of("forwarded", "for=198.51.100.1", "x-forwarded-for", "198.51.100.2");

    assertThat(addresses.of("10.0.0.1", both::get)).isEqualTo("198.51.100.2");
    assertThat(
            new ClientAddress(List.of(), 1, ForwardedHeader.FORWARDED, OpenTelemetry.noop())
                .of("10.0.0.1", both::get))
        .isEqualTo("198.51.100.1");
  }

  @Test
  void warnsOnceOfWhatCannotBeReadAndCountsIt() {
    ClientAddress counting =
        new ClientAddress(
            List.of(Cidr.parse("10.0.0.0/8")),
            0,
            ForwardedHeader.X_FORWARDED_FOR,
            METRICS.getOpenTelemetry());

    assertThat(
            logged(() -> {
              of(counting, "10.0.0.1", "a\u0007secret");
              of(counting, "10.0.0.1", "198.51.100.1, unknown, 10.0.0.2");
              counting.of("10.0.0.1", Map.of("forwarded", "for=198.51.100.1")::get);
              // Neither is a proxy's fault.
              of(counting, "10.0.0.1", null);
              of(counting, "203.0.113.7", "garbage");
              of(counting, "10.0.0.1", "garbage, 198.51.100.1");
              of(counting.uncounted(), "10.0.0.1", "unknown");
            }))
        .singleElement()
        .satisfies(warning ->
            assertThat(warning.getFormattedMessage())
                .contains("10.0.0.1", "X-Forwarded-For", "forwarded_header")
                .doesNotContain("secret"));
    OpenTelemetryAssertions.assertThat(METRICS.getMetrics())
        .anySatisfy(metric ->
            OpenTelemetryAssertions.assertThat(metric)
                .hasName("warmgate.client_address.unreadable")
                .hasLongSumSatisfying(sum -> sum.hasPointsSatisfying(point -> point.hasValue(3))));
  }

  @ParameterizedTest
  @CsvSource({
    "203.0.113.7, 203.0.113.200, true",
    "203.0.113.7, 203.0.114.7, false",
    "2001:db8:1:2::1, 2001:db8:1:3::1, true",
    "2001:db8:1:2::1, 2001:db8:2:2::1, false",
    "2001:db8:1::1, 2001:db8:1:ffff::1, true",
    "::1, 2001:db8::1, false",
  })
  void comparesTheNetworksOfTwoAddresses(String before, String after, boolean same) {
    String network = ClientAddress.network(of(addresses, before, null));

    assertThat(ClientAddress.network(of(addresses, after, null)).equals(network)).isEqualTo(same);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 | 198.51.100.1                   | 198.51.100.1",
        "1 | 1.1.1.1, 198.51.100.1          | 198.51.100.1",
        "2 | 1.1.1.1, 198.51.100.1, 5.5.5.5 | 198.51.100.1",
        "2 | 198.51.100.1                   | 198.51.100.1",
        "1 | garbage                        | 203.0.113.7",
        "1 | ''                             | 203.0.113.7",
        "1 |                                | 203.0.113.7",
      })
  void countsTrustedHops(int hops, String forwardedFor, String expected) {
    assertThat(of(behind(hops), "203.0.113.7", forwardedFor)).isEqualTo(expected);
  }

  @Test
  void warnsOnceOfAnUntrustedProxy() {
    assertThat(
            logged(() -> {
              of(addresses, "192.168.0.1", "198.51.100.1");
              of(addresses, "192.168.0.1", "198.51.100.2");
            }))
        .singleElement()
        .satisfies(warning -> {
          assertThat(warning.getLevel()).isEqualTo(Level.WARN);
          assertThat(warning.getFormattedMessage())
              .contains("trusted_proxies", "192.168.0.1")
              .doesNotContain("198.51.100");
        });
  }

  @Test
  void doesNotWarnOfOtherPeers() {
    assertThat(
            logged(() -> {
              of(addresses, "203.0.113.7", "198.51.100.1");
              of(addresses, "192.168.0.1", null);
              of(addresses, "10.0.0.1", "198.51.100.1");
              of(behind(1), "192.168.0.1", "198.51.100.1");
            }))
        .isEmpty();
  }

  private static ClientAddress behind(int hops) {
    return new ClientAddress(
        List.of(), hops, ForwardedHeader.X_FORWARDED_FOR, OpenTelemetry.noop());
  }

  private static String of(ClientAddress addresses, String peer, @Nullable String forwardedFor) {
    return addresses.of(peer, name -> name.equals("x-forwarded-for") ? forwardedFor : null);
  }

  private static List<ILoggingEvent> logged(Runnable task) {
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    Logger logger = (Logger) LoggerFactory.getLogger(ClientAddress.class);
    log.start();
    logger.addAppender(log);
    try {
      task.run();
    } finally {
      logger.detachAppender(log);
    }
    return List.copyOf(log.list);
  }
}
