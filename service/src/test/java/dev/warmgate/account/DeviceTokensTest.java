package dev.warmgate.account;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.secret.SecretKeys;
import dev.warmgate.testkit.Secrets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DeviceTokensTest {
  private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
  private static final Duration LIFETIME = Duration.ofDays(90);
  private static final String ADA = "ada@example.com";
  private static final String FIRST_KEY = Secrets.of("k1");

  private final UUID accountId = UUID.randomUUID();
  private final DeviceTokens devices = at(NOW, FIRST_KEY);

  @Test
  void identifiesTheDeviceAndTheAccount() {
    Device device = devices.read(devices.issue(ADA, accountId, 3, false, null), ADA).orElseThrow();

    assertThat(device.accountId()).isEqualTo(accountId);
    assertThat(device.passwordVersion()).isEqualTo(3);
    assertThat(device.expiresAt()).isEqualTo(NOW.plus(LIFETIME));
    assertThat(device.isOf(account(accountId, 3))).isTrue();
  }

  @Test
  void keepsTheIdOfAKnownDevice() {
    Device device = devices.read(devices.issue(ADA, accountId, 1, false, null), ADA).orElseThrow();
    Device later =
        devices.read(devices.issue(ADA, accountId, 2, false, device.id()), ADA).orElseThrow();
    Device other = devices.read(devices.issue(ADA, accountId, 2, false, null), ADA).orElseThrow();

    assertThat(later.id()).isEqualTo(device.id()).isNotEqualTo(other.id());
  }

  @Test
  void isNotValidForAnotherAccountOrAnotherPassword() {
    String token = devices.issue(ADA, accountId, 1, false, null);
    Device device = devices.read(token, ADA).orElseThrow();

    assertThat(devices.read(token, "bob@example.com")).isEmpty();
    assertThat(device.isOf(account(UUID.randomUUID(), 1))).isFalse();
    assertThat(device.isOf(account(accountId, 2))).isFalse();
  }

  @Test
  void expiresAfterItsLifetime() {
    String token = devices.issue(ADA, accountId, 1, false, null);

    assertThat(at(NOW.plus(LIFETIME).minusSeconds(1), FIRST_KEY).read(token, ADA)).isPresent();
    assertThat(at(NOW.plus(LIFETIME), FIRST_KEY).read(token, ADA)).isEmpty();
  }

  @Test
  void isValidWhileItsKeyIsConfigured() {
    String token = devices.issue(ADA, accountId, 1, false, null);
    String second = Secrets.of("k2");

    assertThat(at(NOW, second + "," + FIRST_KEY).read(token, ADA)).isPresent();
    assertThat(at(NOW, second).read(token, ADA)).isEmpty();
  }

  @Test
  void isRefusedWhenAnyCharacterChanges() {
    String token = devices.issue(ADA, accountId, 1, false, null);
    for (int i = 0; i < token.length(); i++) {
      char other = token.charAt(i) == 'A' ? 'B' : 'A';
      String changed = token.substring(0, i) + other + token.substring(i + 1);

      assertThat(devices.read(changed, ADA)).as(changed).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "...", "1.k1..", "1.k1.AAAA.AAAA", "2.k1.x.y", "1.k1.ä.ö"})
  void ignoresInvalidTokens(String garbage) {
    assertThat(devices.read(garbage, ADA)).isEmpty();
    assertThat(devices.read(garbage + "x".repeat(500), ADA)).isEmpty();
    assertThat(devices.read(null, ADA)).isEmpty();
  }

  @Test
  void doesNotRevealTheAddress() {
    String token = devices.issue(ADA, accountId, 1, false, null);

    assertThat(token).doesNotContain("ada");
    String device = token.split("\\.", -1)[2];
    assertThat(new String(Base64.getUrlDecoder().decode(device), US_ASCII)).doesNotContain("ada");
  }

  private static Account account(UUID id, int passwordVersion) {
    return new Account(id, ADA, ADA, "user", "a hash", passwordVersion, false, false, false);
  }

  private static DeviceTokens at(Instant now, String keys) {
    return new DeviceTokens(new SecretKeys(keys), LIFETIME, Clock.fixed(now, ZoneOffset.UTC));
  }
}
