package dev.warmgate.filter;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OutboundUrlPolicyTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://example.com",
        "https://example.com/",
        "https://hooks.example.com:443/in?a=b#c",
        "https://xn--bcher-kva.example/hook",
        "https://a-b.c-d.museum/%2e%2e/x",
        "https://1.2.3.4.example.com/",
      })
  void allowsPublicHttpsHosts(String url) {
    assertThat(OutboundUrlPolicy.allows(url)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // not a URL, or not of ours
        "",
        " ",
        "example.com",
        "//example.com",
        "https:example.com",
        "https://",
        "https:///path",
        " https://example.com",
        "https://example.com ",
        "https://exam\tple.com",
        "https://example.com\r\nHost: x",
        "https://example.com\\@127.0.0.1",
        // other schemes
        "http://example.com",
        "ftp://example.com",
        "file:///etc/passwd",
        "gopher://example.com",
        "jar:https://example.com!/",
        "javascript:alert(1)",
        // user-info and ports
        "https://user@example.com",
        "https://user:password@example.com",
        "https://example.com@127.0.0.1",
        "https://127.0.0.1@example.com",
        "https://@example.com",
        "https://example.com:22",
        "https://example.com:8443",
        "https://example.com:0",
        "https://example.com:99999999999",
        // addresses, in every spelling a resolver takes
        "https://127.0.0.1",
        "https://127.1",
        "https://0",
        "https://0.0.0.0",
        "https://2130706433",
        "https://0x7f000001",
        "https://0x7f.0.0.1",
        "https://0177.0.0.1",
        "https://127.0.0.0x1",
        "https://127.0.0.1.",
        "https://169.254.169.254/latest/meta-data",
        "https://10.0.0.1",
        "https://8.8.8.8",
        "https://[::1]",
        "https://[::]",
        "https://[::ffff:127.0.0.1]",
        "https://[fe80::1%25eth0]",
        "https://[fd00:ec2::254]",
        "https://①②⑦.⓪.⓪.①",
        "https://127。0。0。1",
        "https://%31%32%37.0.0.1",
        // names that mean inside
        "https://localhost",
        "https://LOCALHOST",
        "https://localhost.",
        "https://a.localhost",
        "https://metadata",
        "https://metadata.google.internal",
        "https://printer.local",
        "https://db.lan",
        "https://nas.home",
        "https://intra.intranet",
        "https://1.0.0.127.in-addr.arpa",
        "https://x.invalid",
        "https://x.test",
        "https://x.internal.",
        // names that are none
        "https://exam_ple.com",
        "https://-example.com",
        "https://example-.com",
        "https://example..com",
        "https://.example.com",
        "https://example.com.",
        "https://exämple.com",
        "https://example.c",
      })
  void refusesEverythingElse(String url) {
    assertThat(OutboundUrlPolicy.allows(url)).isFalse();
  }
}
