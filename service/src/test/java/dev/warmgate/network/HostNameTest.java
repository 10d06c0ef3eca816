package dev.warmgate.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HostNameTest {
  @ParameterizedTest
  @CsvSource({
    "ops.example.com, ops.example.com",
    "OPS.Example.com., ops.example.com",
    "warmgate_admin, warmgate_admin",
    "_admin.warmgate-1.local, _admin.warmgate-1.local",
    "1password.example, 1password.example",
    "10.0.0.1, 10.0.0.1",
    "[::1], ::1",
    "0:0:0:0:0:0:0:1, ::1",
    "2001:DB8:0::1, 2001:db8::1",
    "::ffff:127.0.0.1, 127.0.0.1",
  })
  void acceptsNamesAsResolversDo(String text, String name) {
    assertThat(HostName.parse(text).text()).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "a..b",
        "-a",
        "a-",
        "a b",
        "host:80",
        "0",
        "127.1",
        "2130706433",
        "0x0",
        "0x7f.1",
        "010.0.0.1",
        "256.0.0.1",
        "1.2.3.4.5",
        "example.1",
        "fe80::1%eth0",
        "a/b",
        "*",
      })
  void refusesWhatIsNoHost(String text) {
    assertThatThrownBy(() -> HostName.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
