package dev.warmgate.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.warmgate.network.Cidr;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

final class ClientAddressTest {
  private final ClientAddress addresses =
      new ClientAddress(List.of(Cidr.parse("10.0.0.0/8"), Cidr.parse("fd00::/8")));

  @Test
  void isThePeerWithoutProxies() {
    assertThat(addresses.of("203.0.113.7", null)).isEqualTo("203.0.113.7");
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
      })
  void trustsOnlyEntriesOfTrustedProxies(String peer, String forwardedFor, String expected) {
    assertThat(addresses.of(peer, forwardedFor)).isEqualTo(expected);
  }

  @Test
  void reducesAnIpv6AddressToItsNetwork() {
    assertThat(addresses.of("2001:db8:1:2:aaaa::1", null))
        .isEqualTo(addresses.of("2001:db8:1:2:bbbb::2", null))
        .isNotEqualTo(addresses.of("2001:db8:1:3:aaaa::1", null));
  }

  @Test
  void unwrapsAMappedIpv4Address() {
    assertThat(addresses.of("::ffff:203.0.113.7", null)).isEqualTo("203.0.113.7");
  }

  @ParameterizedTest
  @CsvSource({
    "203.0.113.7, 203.0.113.200, true",
    "203.0.113.7, 203.0.114.7, false",
    "2001:db8:1:2::1, 2001:db8:1:3::1, true",
    "2001:db8:1:2::1, 2001:db8:2:2::1, false",
  })
  void comparesTheNetworksOfTwoAddresses(String before, String after, boolean same) {
    String network = ClientAddress.network(addresses.of(before, null));

    assertThat(ClientAddress.network(addresses.of(after, null)).equals(network)).isEqualTo(same);
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
    assertThat(new ClientAddress(List.of(), hops).of("203.0.113.7", forwardedFor))
        .isEqualTo(expected);
  }

  @Test
  void warnsOnceOfAnUntrustedProxy() {
    assertThat(
            logged(() -> {
              addresses.of("192.168.0.1", "198.51.100.1");
              addresses.of("192.168.0.1", "198.51.100.2");
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
              addresses.of("203.0.113.7", "198.51.100.1");
              addresses.of("192.168.0.1", null);
              addresses.of("10.0.0.1", "198.51.100.1");
              new ClientAddress(List.of(), 1).of("192.168.0.1", "198.51.100.1");
            }))
        .isEmpty();
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
