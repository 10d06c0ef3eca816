package dev.warmgate.signingkey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jsonwebtoken.JwtException;
import io.jsonwebtoken.Jwts;
import java.math.BigInteger;
import java.security.Provider;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks that the chosen provider and the JDK accept and refuse the same tokens. */
final class Es256Test {
  /** The order of the curve P-256 (NIST SP 800-186). */
  private static final BigInteger ORDER =
      new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);

  private static final SigningKey KEY = SigningKey.generate(Instant.EPOCH);

  static Stream<Provider> providers() {
    return Stream.of(Es256.provider(), Es256.ofTheJdk());
  }

  /** The build takes the native code of these two platforms. */
  @Test
  @EnabledIfSystemProperty(named = "os.name", matches = "Linux")
  @EnabledIfSystemProperty(named = "os.arch", matches = "amd64|aarch64")
  void isNativeCode() {
    assertThat(Es256.provider().getName()).isEqualTo("AmazonCorrettoCryptoProvider");
  }

  @Test
  void isTheJdkWhereNativeCodeDoesNotLoad() {
    assertThat(Es256.choose(new UnsatisfiedLinkError("no library")))
        .isSameAs(Es256.ofTheJdk())
        .isNotSameAs(Es256.provider());
  }

  @ParameterizedTest
  @MethodSource("providers")
  void signsWhatTheOtherVerifies(Provider signer) {
    String token = token(signer);

    providers().forEach(verifier -> assertThat(subject(verifier, token)).isEqualTo("ada"));
  }

  /** The first are CVE-2022-21449: zeros were a valid signature of everything. */
  @ParameterizedTest
  @MethodSource("providers")
  void refusesSignaturesThatAreNone(Provider verifier) {
    String token = token(verifier);
    byte[] genuine = Base64.getUrlDecoder().decode(token.substring(token.lastIndexOf('.') + 1));
    BigInteger r = new BigInteger(1, Arrays.copyOf(genuine, 32));
    BigInteger s = new BigInteger(1, Arrays.copyOfRange(genuine, 32, 64));
    BigInteger most = BigInteger.ONE.shiftLeft(256).subtract(BigInteger.ONE);
    Stream.of(
            join(BigInteger.ZERO, BigInteger.ZERO),
            join(BigInteger.ZERO, s),
            join(r, BigInteger.ZERO),
            join(ORDER, s),
            join(r, ORDER),
            join(most, most),
            join(r, s.xor(BigInteger.ONE)),
            join(s, r),
            new byte[0],
            Arrays.copyOf(genuine, 63),
            Arrays.copyOf(genuine, 65))
        .forEach(forged -> {
          String text =
              token.substring(0, token.lastIndexOf('.') + 1)
                  + Base64.getUrlEncoder().withoutPadding().encodeToString(forged);
          assertThatThrownBy(() -> subject(verifier, text))
              .isInstanceOfAny(JwtException.class, IllegalArgumentException.class);
        });
  }

  private static byte[] join(BigInteger r, BigInteger s) {
    byte[] joined = new byte[64];
    fill(joined, 32, r);
    fill(joined, 64, s);
    return joined;
  }

  private static void fill(byte[] joined, int end, BigInteger number) {
    byte[] bytes = number.toByteArray();
    int length = Math.min(32, bytes.length);
    System.arraycopy(bytes, bytes.length - length, joined, end - length, length);
  }

  private static String token(Provider signer) {
    return Jwts.builder()
        .provider(signer)
        .subject("ada")
        .signWith(KEY.privateKey(), Jwts.SIG.ES256)
        .compact();
  }

  private static String subject(Provider verifier, String token) {
    return Jwts.parser()
        .provider(verifier)
        .verifyWith(KEY.publicKey())
        .build()
        .parseSignedClaims(token)
        .getPayload()
        .getSubject();
  }
}
