package dev.warmgate.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.network.Cidr;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
  void believesOnlyWhatTrustedProxiesWrote(String peer, String forwardedFor, String expected) {
    assertThat(addresses.of(peer, forwardedFor)).isEqualTo(expected);
  }

  @Test
  void countsAnIpv6HostByItsNetwork() {
    assertThat(addresses.of("2001:db8:1:2:aaaa::1", null))
        .isEqualTo(addresses.of("2001:db8:1:2:bbbb::2", null))
        .isNotEqualTo(addresses.of("2001:db8:1:3:aaaa::1", null));
  }

  @Test
  void countsAnIpv4AddressWrittenAsIpv6AsItself() {
    assertThat(addresses.of("::ffff:203.0.113.7", null)).isEqualTo("203.0.113.7");
  }
}
