package dev.warmgate.password.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks hashes that others have published, or that other implementations have made. */
final class ForeignHashTest {
  /** A hash of a password, and who has published it. */
  record Vector(String origin, String hash, String password) {
    @Override
    public String toString() {
      return origin;
    }
  }

  private static final List<Vector> VECTORS =
      List.of(
          new Vector(
              "Argon2's reference implementation, Argon2i",
              "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ"
                  + "$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA",
              "password"),
          new Vector(
              "Argon2's reference implementation, two lanes",
              "$argon2id-raw$v=19$m=256,t=2,p=2$c29tZXNhbHQ"
                  + "$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
              "password"),
          new Vector(
              "crypt_blowfish",
              "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
              "U*U"),
          new Vector(
              "crypt_blowfish, no password",
              "$2a$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy",
              ""),
          new Vector(
              "Go's bcrypt, which Supabase uses",
              "$2a$10$XajjQvNhvvRt5GSeFk1xFeyqRrsxkhBkUiQeg0dt.wU1qD4aFDcga",
              "allmine"),
          new Vector(
              "Firebase",
              "$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn21"
                  + "0wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==$42xEC+ixf3L2lw==$lSrfV15cpx95/sZS2W9c9Kp6"
                  + "i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==",
              "user1password"),
          new Vector(
              "RFC 7914, scrypt",
              "$scrypt$ln=10,r=8,p=16$TmFDbA$/bq+HJ00cgB4VucZDQHp/nxq18vII3gw53N2Y0s3"
                  + "MWIurzDZLiKjiG/xCSedmDDaxyevuUqD7m2DYMvfoswGQA",
              "password"),
          new Vector(
              "RFC 7914, PBKDF2 with SHA-256",
              "$pbkdf2-sha256$i=80000$TmFDbA$TdzY9guYviGDDO5e8icB+WQaRBjQTAQUrv8Ih2s0"
                  + "q1ah1CWhIlgzVJrbhBtRybMXaicr3ruh0HhHj2Kzl/M8jQ",
              "Password"),
          new Vector(
              "RFC 6070, PBKDF2 with SHA-1",
              "$pbkdf2-sha1$i=4096$c2FsdA$SwB5AbdlSJq+rUnZJvch0GWkKcE",
              "password"),
          new Vector(
              "Keycloak 12",
              "$pbkdf2-sha256$i=27500$P5rtFkGtPfoaryJ6PizUJw$JsfNbCOIdZUbyBJ+BT+VoGI91Ec2rWLOvkLPDaX8e9k",
              "password"));

  @ParameterizedTest
  @FieldSource("VECTORS")
  void matchesThePasswordOnly(Vector vector) {
    ForeignHash hash = ForeignHash.parse(vector.hash()).orElseThrow();

    assertThat(hash.matches(utf8(vector.password()))).isTrue();
    assertThat(hash.matches(utf8(vector.password() + "x"))).isFalse();
    assertThat(hash).hasToString(vector.hash());
    assertThat(hash.cost().millis()).isPositive();
  }

  /** As PHP writes it. */
  @Test
  void readsTheVariantsOfBcryptAlike() {
    String rest = "$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
    for (String variant : List.of("$2a", "$2b", "$2y")) {
      assertThat(ForeignHash.parse(variant + rest).orElseThrow().matches(utf8("U*U"))).isTrue();
    }
    assertThat(ForeignHash.parse("$2x" + rest)).as("another algorithm").isEmpty();
  }

  /** crypt_blowfish's own vector: the rest of a long password does not count. */
  @Test
  void usesSeventyTwoBytesOfAPasswordForBcrypt() {
    String hash = "$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui";
    String password = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    ForeignHash bcrypt = ForeignHash.parse(hash).orElseThrow();
    assertThat(bcrypt.matches(utf8(password + "chars after 72 are ignored"))).isTrue();
    assertThat(bcrypt.matches(utf8(password))).isTrue();
    assertThat(bcrypt.matches(utf8(password.substring(0, 71)))).isFalse();
  }

  /** Some implementations wrote bits that no byte has. */
  @Test
  void ignoresBitsBehindTheLastByteOfASalt() {
    String strict = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
    String sloppy = strict.replace("CCCCC.E5", "CCCCC/E5");

    assertThat(ForeignHash.parse(sloppy).orElseThrow().matches(utf8("U*U"))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "$",
        "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "$argon2i$v=16$m=65536,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA",
        "$argon2d$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA",
        "$argon2i$v=19$m=99999999,t=99999,p=0$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA",
        "$2a$03$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
        "$2a$32$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
        "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOe",
        "$pbkdf2-sha256$i=0$TmFDbA$AAAAAAAAAAAAAAAAAAAAAAAA",
        "$pbkdf2-sha256$i=9999999999$TmFDbA$AAAAAAAAAAAAAAAAAAAAAAAA",
        "$pbkdf2-md5$i=1000$TmFDbA$AAAAAAAAAAAAAAAAAAAAAAAA",
        "$scrypt$ln=64,r=8,p=1$TmFDbA$AAAAAAAAAAAAAAAAAAAAAAAA",
        "$scrypt$ln=14,r=0,p=1$TmFDbA$AAAAAAAAAAAAAAAAAAAAAAAA",
        "$scrypt$ln=14,r=8,p=1$TmFDbA$A",
        "$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=AAAA$42xEC+ixf3L2lw==$lSrfV15cpx95/sZS2W9c9A=="
      })
  void isNothingElse(String text) {
    assertThat(ForeignHash.parse(text)).isEmpty();
  }

  @Test
  void costsWhatItsParametersSay() {
    assertThat(cost("$2b$12$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"))
        .isEqualTo(4 * cost("$2b$10$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"));
    String result = "A".repeat(43);
    assertThat(cost("$pbkdf2-sha256$i=2000$TmFDbA$" + "A".repeat(86)))
        .as("a result of two blocks")
        .isEqualTo(2 * cost("$pbkdf2-sha256$i=2000$TmFDbA$" + result));
    ForeignHash scrypt = ForeignHash.parse("$scrypt$ln=15,r=8,p=1$TmFDbA$" + result).orElseThrow();
    assertThat(scrypt.cost().memoryKib()).isEqualTo(32 * 1024);
  }

  /** Whatever the text, there is an answer and no exception. */
  @Test
  void survivesAnyChangeOfACharacter() {
    for (Vector vector : VECTORS) {
      char[] text = vector.hash().toCharArray();
      for (int i = 0; i < text.length; i++) {
        for (char other : "$,=0\u00e9".toCharArray()) {
          char[] changed = Arrays.copyOf(text, text.length);
          changed[i] = other;
          ForeignHash.parse(new String(changed))
              .ifPresent(hash -> assertThat(ForeignHash.parse(hash.toString())).isPresent());
        }
      }
    }
  }

  private static double cost(String hash) {
    return ForeignHash.parse(hash).orElseThrow().cost().millis();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
