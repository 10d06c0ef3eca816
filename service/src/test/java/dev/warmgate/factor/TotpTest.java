package dev.warmgate.factor;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests one-time codes with the vectors of RFC 6238, and base32 with those of RFC 4648. */
final class TotpTest {
  private static final Instant NOW = Instant.parse("2026-11-29T10:00:15Z");

  private static Totp of(String algorithm) {
    int bytes =
        switch (algorithm) {
          case "SHA1" -> 20;
          case "SHA256" -> 32;
          default -> 64;
        };
    String secret = "1234567890".repeat(7).substring(0, bytes);
    return new Totp(secret.getBytes(US_ASCII), algorithm, 8, 30);
  }

  @ParameterizedTest
  @CsvSource({
    "59, 94287082, 46119246, 90693936",
    "1111111109, 07081804, 68084774, 25091201",
    "1111111111, 14050471, 67062674, 99943326",
    "1234567890, 89005924, 91819424, 93441116",
    "2000000000, 69279037, 90698825, 38618901",
    "20000000000, 65353130, 77737706, 47863826",
  })
  void followTheRfc(long time, String sha1, String sha256, String sha512) {
    long step = time / 30;
    assertThat(of("SHA1").code(step)).isEqualTo(sha1);
    assertThat(of("SHA256").code(step)).isEqualTo(sha256);
    assertThat(of("SHA512").code(step)).isEqualTo(sha512);
  }

  @ParameterizedTest
  @CsvSource({"-2, false", "-1, true", "0, true", "1, true", "2, false"})
  void areGoodOneStepBeforeAndAfterTheirTime(int steps, boolean good) {
    Totp totp = Totp.generate();
    long step = totp.step(NOW) + steps;

    assertThat(totp.stepOf(totp.code(step), NOW).isPresent()).isEqualTo(good);
    if (good) {
      assertThat(totp.stepOf(totp.code(step), NOW)).hasValue(step);
    }
  }

  @ParameterizedTest
  @CsvSource(
      value = {
        "'' | ''",
        "f | MY",
        "fo | MZXQ",
        "foo | MZXW6",
        "foob | MZXW6YQ",
        "fooba | MZXW6YTB",
        "foobar | MZXW6YTBOI"
      },
      delimiter = '|')
  void writeTheirSecretsInBase32(String text, String base32) {
    assertThat(Base32.encode(text.getBytes(US_ASCII))).isEqualTo(base32);
    assertThat(Base32.decode(base32)).isEqualTo(text.getBytes(US_ASCII));
    assertThat(Base32.decode(base32.toLowerCase(java.util.Locale.ROOT) + "=="))
        .isEqualTo(text.getBytes(US_ASCII));
  }

  @Test
  void readNoOtherSecrets() {
    assertThatThrownBy(() -> Base32.decode("MZXW1")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void areEnrolledByAUri() {
    Totp totp = Totp.ofSecret("12345678901234567890".getBytes(US_ASCII));

    assertThat(totp.uri("auth.example.com", "ada+x@example.com"))
        .isEqualTo(
            "otpauth://totp/auth.example.com:ada%2Bx%40example.com?secret="
                + "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=auth.example.com&algorithm=SHA1"
                + "&digits=6&period=30");
    assertThat(totp.toString()).isEqualTo("Totp[…]");
  }

  @Test
  void areShownAsQrCodes() {
    QrCode code = new QrCode(Totp.generate().uri("auth.example.com", "ada@example.com"));

    assertThat(code.svg()).startsWith("<svg ").endsWith("</svg>").doesNotContain("#");
    assertThat(code.text().lines()).hasSizeBetween(20, 40).allMatch(line -> line.length() > 40);
  }
}
