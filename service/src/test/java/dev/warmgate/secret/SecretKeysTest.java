package dev.warmgate.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SecretKeysTest {
  private static final byte[] BYTES = bytes(32, 1);
  private static final String GOOD = base64(BYTES);
  private static final String OTHER = base64(bytes(32, 7));

  @Test
  void usesTheFirstKeyAndFindsAll() {
    SecretKeys keys = new SecretKeys("k2:" + OTHER + ", k1:" + GOOD);

    assertThat(keys.newestId()).isEqualTo("k2");
    assertThat(keys.newest()).isEqualTo(bytes(32, 7));
    assertThat(keys.find("k1")).hasValueSatisfying(key -> assertThat(key).isEqualTo(BYTES));
    assertThat(keys.find("k3")).isEmpty();
  }

  @Test
  void returnsCopiesOnly() {
    SecretKeys keys = new SecretKeys("k1:" + GOOD);
    keys.newest()[0] ^= 1;
    keys.find("k1").orElseThrow()[1] ^= 1;

    assertThat(keys.newest()).isEqualTo(BYTES);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''               | is missing",
        "'  '             | is missing",
        "GOOD             | must be a list of id:base64",
        ":GOOD            | must be a list of id:base64",
        "k 1:GOOD         | must be a list of id:base64",
        "k.1:GOOD         | must be a list of id:base64",
        "k1:GOOD,         | must be a list of id:base64",
        "k1:GOOD,k1:OTHER | contains the id k1 twice",
        "k1:GOOD,k2:GOOD  | contains the key k2 under two ids",
        "k1:not*base64    | contains a key that is not base64",
        "k1:SHORT         | contains a key of 31 bytes; 32 are required",
        "k1:LONG          | contains a key of 33 bytes; 32 are required",
        "k1:ZEROS         | contains a key that is not random",
        "k1:GOOD,k0:TEXT  | contains a key that is not random",
        "k1:SENTENCE      | contains a key that is not random",
        "k1:SERIES        | contains a key that is not random",
      })
  void refusesAnInvalidOrWeakKeyWithoutRepeatingIt(String template, String message) {
    String text =
        template
            .replace("GOOD", GOOD)
            .replace("OTHER", OTHER)
            .replace("SHORT", base64(bytes(31, 1)))
            .replace("LONG", base64(bytes(33, 1)))
            .replace("SENTENCE", base64("secret key of a test, 32 bytes!!".getBytes(US_ASCII)))
            .replace("SERIES", base64(series()))
            .replace("ZEROS", base64(new byte[32]))
            .replace("TEXT", base64("changemechangemechangemechangeme".getBytes(US_ASCII)));

    assertThatThrownBy(() -> new SecretKeys(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message)
        .message()
        .doesNotContain(GOOD)
        .doesNotContain("not*base64");
  }

  @ParameterizedTest
  @ValueSource(strings = {"k1:", "prod-2026_01:"})
  void printsIdsOnly(String id) {
    assertThat(new SecretKeys(id + GOOD))
        .asString()
        .contains(id.replace(":", ""))
        .hasSizeLessThan(40);
  }

  private static final java.nio.charset.Charset US_ASCII =
      java.nio.charset.StandardCharsets.US_ASCII;

  @Test
  void findsAKeyThatAnotherListShares() {
    assertThat(new SecretKeys("k1:" + GOOD).sharesAKeyWith(new SecretKeys("x:" + GOOD))).isTrue();
    assertThat(new SecretKeys("k1:" + GOOD).sharesAKeyWith(new SecretKeys("k1:" + OTHER)))
        .isFalse();
  }

  private static byte[] bytes(int length, int seed) {
    byte[] bytes = new byte[length];
    new java.util.Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static byte[] series() {
    byte[] bytes = new byte[32];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (200 + i * 3);
    }
    return bytes;
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
