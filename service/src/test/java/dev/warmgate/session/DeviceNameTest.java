package dev.warmgate.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DeviceNameTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0 | Firefox | Linux",
        "Mozilla/5.0 (Windows NT 10.0) Chrome/150.0.0.0 Safari/537.36 | Chrome | Windows",
        "Mozilla/5.0 (Windows NT 10.0) Chrome/150.0.0.0 Safari/537.36 Edg/150.0.0.0 | Edge | Windows",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Safari/604.1 | Safari | iPhone",
        "Mozilla/5.0 (Linux; Android 16) Chrome/150.0.0.0 Mobile Safari/537.36 | Chrome | Android",
        "call me: +1 555 0100 | - | -",
        "'' | - | -",
        " | - | -"
      })
  void namesOnlyWhatIsOnAList(String userAgent, String browser, String system) {
    DeviceName name = DeviceName.of(userAgent);

    assertThat(name.browser().orElse("-")).isEqualTo(browser);
    assertThat(name.system().orElse("-")).isEqualTo(system);
  }
}
