package dev.warmgate.password.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads what other services write. The hashes of Werkzeug 3.1 are by itself. */
final class HashNotationTest {
  private static final String PASSWORD = "correct horse battery staple";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "scrypt:32768:8:1$NCExuieC0JJDcH5J$588704d784db2cc4f4f5150183fddd2b0e6ab60a9ad9369d53fb56588d96bfe65e033fe6840ae89597a6086f64c0c666d5abcf2a5bd29042b47e25daa16c436e",
        "scrypt:16384:8:1$0ohil8e3V9UAyvnG$62e50ace14cbd189e3ed13a11fe8966f6b97b3d360458f21df86eb992e7d76c30fffcf556a6baa7ced36e927fcc8a50db29fb7343169660a18de1a76c81d22b8",
        "pbkdf2:sha256:100000$ytpbaYqPGjqvwDI7$5c23241c1f98c3a5e4ed78c79e49e2f5a20ee0015411f88565239471d52027ae",
        "pbkdf2:sha512:50000$C6I4m2q7cuBkuFyK$29d475b7ebe7f748190d5da49e7e72462713018888ba24dbc5dc25331eb59dd611d10287b2996c0210b71e1d5f80ee41a29d8214b3ab31e47c8f19357581f62d"
      })
  void readsWerkzeugs(String text) throws UnsupportedHash {
    String canonical = HashNotation.canonical(text);

    assertThat(canonical).startsWith("$");
    ForeignHash hash = ForeignHash.parse(canonical).orElseThrow();
    assertThat(hash.matches(PASSWORD.getBytes(StandardCharsets.UTF_8))).isTrue();
    assertThat(hash.matches(new byte[] {1})).isFalse();
    assertThat(HashNotation.canonical(canonical)).as("is read again").isEqualTo(canonical);
  }

  @Test
  void tellsAnImportedArgon2idFromOnesOwn() throws UnsupportedHash {
    String own =
        "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    assertThat(HashNotation.canonical(own)).startsWith("$argon2id-raw$v=19$m=19456,t=2,p=1$");
    assertThat(HashNotation.ours(own)).isEqualTo(own);
    assertThat(HashNotation.ours(HashNotation.canonical(own)))
        .isEqualTo(HashNotation.canonical(own));
  }

  /** An export may have hashes that cost more than a hash of another service may. */
  @Test
  void takesBackOwnHashesOfEveryConfiguration() throws UnsupportedHash {
    String own = "$argon2id$v=19$m=%d,t=%d,p=1$AAAAAAAAAAAAAAAAAAAAAA$" + "A".repeat(43);
    String strongest = own.formatted(1 << 20, 20);

    assertThat(HashNotation.ours(strongest)).isEqualTo(strongest);
    assertThatThrownBy(() -> HashNotation.ours(own.formatted(1 << 21, 1)))
        .isInstanceOf(UnsupportedHash.class);
    assertThatThrownBy(() -> HashNotation.ours(strongest + "A".repeat(44)))
        .as("no password would match it")
        .isInstanceOf(UnsupportedHash.class);
  }

  /** Keycloak keeps salts of any length. */
  @Test
  void refusesWhatItCouldNotReadAgain() {
    assertThatThrownBy(() -> HashNotation.pbkdf2("sha256", 27500, new byte[600], new byte[32]))
        .isInstanceOf(UnsupportedHash.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          5f4dcc3b5aa765d61d8327deb882cf99 | plain digest
          5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8 | plain digest
          md5$salt$67a1e09bb1f83f5007dc119c14d663aa | plain digest
          sha1$salt$c88e9c67041a74e0357befdff93f87dde0904214 | plain digest
          {SSHA}W5xbYFKjZm9dVLkRBhzS0yjyFPxzYWx0 | plain digest
          $6$rounds=5000$saltsalt$abc | plain digest
          {"key_id":"1","alg":"aes-gcm-hkdf","data":"","nonce":""} | encrypted by the source
          argon2 | of no known kind
          $P$B12345678abcdefghijklmnopqrstuv | of no known kind
          pbkdf2_sha256$1000$salt | of no known kind
          pbkdf2_sha256$99999999999$salt$AAAAAAAAAAAAAAAAAAAAAAAA | of no known kind
          scrypt:1000:8:1$salt$00112233445566778899aabbccddeeff | of no known kind
          $2b$16$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW | too expensive
          $2b$04$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW | too weak
          $pbkdf2-sha256$i=10000000$TmFDbA$AAAAAAAAAAAAAAAAAAAAAAAA | too expensive
          $pbkdf2-sha256$i=999$TmFDbA$AAAAAAAAAAAAAAAAAAAAAAAA | too weak
          $scrypt$ln=20,r=8,p=1$TmFDbA$AAAAAAAAAAAAAAAAAAAAAAAA | too expensive
          $scrypt$ln=9,r=8,p=1$TmFDbA$AAAAAAAAAAAAAAAAAAAAAAAA | too weak
          $argon2id$v=19$m=1048576,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAA | too expensive
          $argon2id$v=19$m=64,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAA | too weak
          """)
  void saysWhyItRefuses(String text, String why) {
    assertThatThrownBy(() -> HashNotation.canonical(text))
        .isInstanceOf(UnsupportedHash.class)
        .hasMessageContaining(why)
        .extracting(Throwable::getMessage)
        .asString()
        .doesNotContain(text);
  }

  /** The parameters that these services use by default stay below the bound. */
  @Test
  void acceptsTheDefaultsOfOthers() throws UnsupportedHash {
    String result = "A".repeat(43);
    for (String accepted :
        List.of(
            "$2b$12$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
            "$2b$14$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
            "pbkdf2_sha256$1500000$salt$" + result + "=",
            "$pbkdf2-sha512$i=210000$TmFDbA$" + "A".repeat(86),
            "argon2$argon2id$v=19$m=102400,t=2,p=8$AAAAAAAAAAAAAAAAAAAAAA$" + result,
            "scrypt$16384$salt$8$5$" + "A".repeat(86) + "==",
            "$pbkdf2-sha256$29000$TmFDbA$" + result)) {
      assertThat(HashNotation.canonical(accepted)).startsWith("$");
    }
  }
}
