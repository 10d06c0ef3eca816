package dev.warmgate.passkey;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checks where passkeys are valid, by the rules that browsers have for it. */
final class PasskeySiteTest {
  @ParameterizedTest
  @CsvSource({
    "https://auth.example.com, , auth.example.com, https://auth.example.com",
    "https://auth.example.com:443/base, , auth.example.com, https://auth.example.com",
    "https://Auth.Example.com:8443, , auth.example.com, https://auth.example.com:8443",
    "http://localhost:8080, , localhost, http://localhost:8080",
    "https://auth.example.com, example.com, example.com, https://auth.example.com"
  })
  void belongToTheIssuer(String issuer, @Nullable String rpId, String id, String origin) {
    PasskeySite site = PasskeySite.of(configuration(rpId), issuer).orElseThrow();

    assertThat(site).isEqualTo(new PasskeySite(id, java.util.Set.of(origin), true));
  }

  @ParameterizedTest
  @CsvSource({"http://127.0.0.1:8080", "https://[::1]:8080", "https://10.0.0.1"})
  void needAName(String issuer) {
    assertThat(PasskeySite.of(PasskeysConfiguration.defaults(), issuer)).isEmpty();
    assertThat(PasskeysConfiguration.defaults().isUsable(issuer)).isTrue();
    assertThat(configuration(null, "https://app.example.com").isUsable(issuer)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "example.com, https://app.example.com, true",
    "example.com, https://example.com, true",
    "example.com, https://app.example.com:8443, true",
    "example.com, android:apk-key-hash:-sYXRdwJA3hvue3mKpYrOZ9zSPC7b4mbgzJmdZEDO5w, true",
    "example.com, https://badexample.com, false",
    "example.com, https://example.com.evil.net, false",
    "app.example.com, https://example.com, false",
    "localhost, http://localhost:3000, true"
  })
  void areUsedAtTheirDomainOrBelow(String rpId, String origin, boolean usable) {
    assertThat(configuration(rpId, origin).isUsable("https://auth.other.net")).isEqualTo(usable);
  }

  @Test
  void areOfNoUseWhereNobodyCanUseThem() {
    assertThat(configuration("other.com").isUsable("https://auth.example.com")).isFalse();
    assertThat(configuration("other.com", "https://other.com").isUsable("https://auth.example.com"))
        .isTrue();
    assertThat(
            PasskeySite.of(
                    configuration("other.com", "https://other.com"), "https://auth.example.com")
                .orElseThrow()
                .coversIssuer())
        .isFalse();
  }

  private static PasskeysConfiguration configuration(@Nullable String rpId, String... origins) {
    return new PasskeysConfiguration(rpId, List.of(origins));
  }
}
