package dev.warmgate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.passkey.PasskeySite;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reads where passkeys are valid from the environment. */
final class PasskeysConfigurationTest {
  private final DeliveredConfiguration delivered = new DeliveredConfiguration();
  private final Map<String, String> environment = delivered.environment;

  @Test
  void followsFromTheIssuerUnlessItIsSet() throws Exception {
    assertThat(site().id()).isEqualTo("auth.example.com");
    assertThat(site().origins()).containsExactly("https://auth.example.com");

    environment.put("PASSKEY_RP_ID", "example.com");
    environment.put("PASSKEY_ORIGINS", "https://app.example.com, https://example.com");
    assertThat(site().id()).isEqualTo("example.com");
    assertThat(site().origins())
        .containsExactly(
            "https://app.example.com", "https://example.com", "https://auth.example.com");
  }

  private PasskeySite site() throws Exception {
    WarmgateConfiguration read = delivered.read();
    return PasskeySite.of(read.passkeys, read.tokens.issuer()).orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({
    "PASSKEY_RP_ID, 127.0.0.1, passkeys.rp_id, must be a domain",
    "PASSKEY_RP_ID, com, passkeys.rp_id, must be a domain",
    "PASSKEY_RP_ID, other.net, passkeys.rp_id, must be the host of tokens.issuer",
    "PASSKEY_ORIGINS, https://app.other.net, passkeys.origins, a domain above it",
    "PASSKEY_ORIGINS, https://auth.example.com/app, passkeys.origins, must be origins",
    "PASSKEY_ORIGINS, http://app.auth.example.com, passkeys.origins, must be https://",
  })
  void refusesPasskeysThatNoBrowserWouldUse(
      String variable, String value, String key, String reason) {
    environment.put(variable, value);

    assertThat(delivered.refusal()).contains(key, reason, variable);
  }
}
