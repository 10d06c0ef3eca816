package dev.warmgate.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class IpAddressTest {
  /** The examples of RFC 5952, and the ends. */
  @ParameterizedTest
  @CsvSource({
    "203.0.113.7, 203.0.113.7",
    "::, ::",
    "::1, ::1",
    "0:0:0:0:0:0:0:1, ::1",
    "1::, 1::",
    "2001:0DB8:0000:0000:0008:0800:200C:417A, 2001:db8::8:800:200c:417a",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
    "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "10:0:0:0:1:0:0:0, 10::1:0:0:0",
    "100:0:0:2:3:4:5:6, 100::2:3:4:5:6",
    "fe80::1%eth0, fe80::1",
    "fe80::1%nowhere, fe80::1",
    "::ffff:203.0.113.7, 203.0.113.7",
    "::ffff:cb00:7107, 203.0.113.7",
  })
  void isWrittenAsPeopleDo(String given, String canonical) {
    assertThat(IpAddress.parse(given).map(IpAddress::text)).hasValue(canonical);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "1",
        "10",
        "10.1",
        "1.2.3",
        "1.2.3.4.5",
        "1.2.3.256",
        "1.2.3.4%eth0",
        "01.2.3.4x",
        ":",
        ":::",
        "1:2",
        "g::1",
        "[::1]",
        "::1/64",
        "localhost",
        "example.com",
        "%eth0"
      })
  void isNothingElse(String text) {
    assertThat(IpAddress.parse(text)).isEmpty();
  }

  /** The JDK would read 10/8 as the network of 0.0.0.10. */
  @ParameterizedTest
  @ValueSource(strings = {"10/8", "192.168/16", "1", "10.0.0.0/33", "::/129", "10.0.0.0/-1"})
  void aNetworkNeedsAWholeAddress(String text) {
    assertThatThrownBy(() -> Cidr.parse(text)).hasMessageContaining("must look like 10.0.0.0/8");
  }
}
