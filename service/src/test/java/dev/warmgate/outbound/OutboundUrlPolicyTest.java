package dev.warmgate.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.warmgate.network.Cidr;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the policy; {@code hostile-urls.csv} lists hostile URLs and why they are refused. */
final class OutboundUrlPolicyTest {
  private static final OutboundUrlPolicy POLICY = new OutboundUrlPolicy(List.of());

  private static final OutboundUrlPolicy IN_DEVELOPMENT =
      new OutboundUrlPolicy(List.of(Cidr.parse("127.0.0.0/8")));

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "https://example.com https://example.com",
        "https://example.com/ https://example.com/",
        "HTTPS://Example.COM/In https://example.com/In",
        "https://hooks.example.com:443/in?a=b https://hooks.example.com:443/in?a=b",
        "https://hooks.example.com/in#part https://hooks.example.com/in",
        "https://hooks.example.com?a=http://127.0.0.1/ https://hooks.example.com?a=http://127.0.0.1/",
        "https://hooks.example.com/@127.0.0.1 https://hooks.example.com/@127.0.0.1",
        "https://xn--bcher-kva.example/hook https://xn--bcher-kva.example/hook",
        "https://bücher.example/hook https://xn--bcher-kva.example/hook",
        "https://例え.テスト.example/ https://xn--r8jz45g.xn--zckzah.example/",
        "https://a-b.c-d.museum/%2e%2e/x https://a-b.c-d.museum/%2e%2e/x",
        "https://1.2.3.4.example.com/ https://1.2.3.4.example.com/",
        "https://127.0.0.1.example.com/ https://127.0.0.1.example.com/",
        "https://0x7f.example.com/ https://0x7f.example.com/",
        "https://localhost.example.com/ https://localhost.example.com/",
      })
  void allowsPublicHttpsHosts(String url, String called) throws OutboundRefused {
    assertThat(POLICY.check(url)).hasToString(called);
  }

  @ParameterizedTest
  @CsvFileSource(
      resources = "hostile-urls.csv",
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false)
  void refusesHostileUrls(String refusal, String url) {
    assertThat(refusal(POLICY, unescaped(url))).isEqualTo(UrlRefusal.valueOf(refusal));
  }

  @ParameterizedTest
  @CsvFileSource(
      resources = "hostile-urls.csv",
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false)
  void refusesHostileUrlsInDevelopmentToo(String refusal, String url) {
    if (!unescaped(url).startsWith("https://127.0.0.1")) {
      assertThat(refusal(IN_DEVELOPMENT, unescaped(url))).isNotNull();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:8080/in",
        "https://127.0.0.1/in",
        "http://127.8.8.8:1",
        "http://127.0.0.1:65535",
      })
  void allowsAllowedNetworksOnAnyPort(String url) {
    assertThatCode(() -> IN_DEVELOPMENT.check(url)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "http://127.1/, SCHEME",
    "https://127.1/, ADDRESS",
    "https://0177.0.0.1/, ADDRESS",
    "https://[::ffff:127.0.0.1]/, ADDRESS",
    "http://localhost/, SCHEME",
    "http://128.0.0.1/, SCHEME",
    "http://example.com/, SCHEME",
    "https://example.com:8443/, PORT",
    "ftp://127.0.0.1/, SCHEME",
    "http://127.0.0.1:0/, PORT",
    "http://127.0.0.1:65536/, PORT",
    "http://127.0.0.1:99999/, PORT",
    "http://x@127.0.0.1/, USER_INFO",
  })
  void allowsNothingElseInDevelopment(String url, UrlRefusal refusal) {
    assertThat(refusal(IN_DEVELOPMENT, url)).isEqualTo(refusal);
  }

  @Test
  void refusesUrlsAndNamesThatAreTooLong() {
    assertThat(refusal(POLICY, "https://example.com/" + "a".repeat(2028))).isNull();
    assertThat(refusal(POLICY, "https://example.com/" + "a".repeat(2029)))
        .isEqualTo(UrlRefusal.UNREADABLE);
    assertThat(refusal(POLICY, "https://" + "a".repeat(64) + ".com")).isEqualTo(UrlRefusal.HOST);
    assertThat(refusal(POLICY, "https://" + "abcdefg.".repeat(32) + "com"))
        .isEqualTo(UrlRefusal.HOST);
  }

  private static UrlRefusal refusal(OutboundUrlPolicy policy, String url) {
    OutboundRefused refused = catchThrowableOfType(OutboundRefused.class, () -> policy.check(url));
    return refused == null ? null : refused.refusal();
  }

  private static String unescaped(String url) {
    return url == null ? "" : url.translateEscapes();
  }
}
