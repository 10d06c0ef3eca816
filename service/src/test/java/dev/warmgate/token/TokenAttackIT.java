package dev.warmgate.token;

import static dev.warmgate.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.Answer;
import dev.warmgate.ApiClient;
import dev.warmgate.RunningService;
import io.jsonwebtoken.JwtBuilder;
import io.jsonwebtoken.Jwts;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tokens that are not ours, or say what none of ours says, made from a recipe that is known to give
 * a good one.
 */
final class TokenAttackIT {
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  @RegisterExtension static final RunningService SERVICE = new RunningService();

  private final ApiClient api = SERVICE.api();
  private final SigningKey key = ((SigningKeys) SERVICE.healthCheck("signing-keys")).current();
  private UUID accountId;
  private UUID sessionId;
  private String accessToken;

  @BeforeEach
  void register() {
    Answer session = api.register(newEmail());
    accessToken = session.text("access_token");
    sessionId = UUID.fromString(session.text("session_id"));
    accountId = UUID.fromString(api.me(accessToken).text("account_id"));
  }

  @Test
  void acceptsTheRecipeThatTheForgeriesStartFrom() {
    assertThat(api.me(forged(token -> token)).status()).isEqualTo(200);
  }

  @Test
  void refusesATokenWithoutSignature() {
    String unsigned = recipe().compact();
    String claims = accessToken.split("\\.", -1)[1];

    assertInvalid(unsigned);
    for (String algorithm : List.of("none", "None", "NONE", "")) {
      String header = header("{'alg':'" + algorithm + "','typ':'at+jwt','kid':'" + key.id() + "'}");
      assertInvalid(header + "." + claims + ".");
      assertInvalid(header + "." + claims);
      assertInvalid(header + "." + claims + "." + accessToken.split("\\.", -1)[2]);
    }
  }

  @Test
  void refusesATokenSignedWithThePublicKeyAsAPassword() {
    byte[] encoded = key.publicKey().getEncoded();
    String pem =
        "-----BEGIN PUBLIC KEY-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded)
            + "\n-----END PUBLIC KEY-----\n";
    for (byte[] secret : List.of(encoded, pem.getBytes(StandardCharsets.US_ASCII))) {
      assertInvalid(
          recipe().signWith(new SecretKeySpec(secret, "HmacSHA256"), Jwts.SIG.HS256).compact());
    }
  }

  @Test
  void refusesAForeignKeyUnderOurName() {
    assertInvalid(recipe().signWith(foreignKey(), Jwts.SIG.ES256).compact());
  }

  @Test
  void refusesAForeignKeyThatTheTokenItselfBrings() {
    var foreign = Jwts.SIG.ES256.keyPair().build();
    assertInvalid(
        recipe()
            .header()
            .jwk(
                io.jsonwebtoken.security.Jwks.builder()
                    .key((java.security.interfaces.ECPublicKey) foreign.getPublic())
                    .build())
            .and()
            .signWith(foreign.getPrivate(), Jwts.SIG.ES256)
            .compact());
  }

  @Test
  void refusesAnUnknownOrMissingKeyName() {
    assertInvalid(forged(token -> token.header().keyId("unknown").and()));
    assertInvalid(forged(token -> token.header().keyId("' OR 1=1 --").and()));
    assertInvalid(forged(token -> token.header().delete("kid").and()));
  }

  @Test
  void refusesAnotherAlgorithmWithOurName() {
    assertInvalid(
        recipe().signWith(Jwts.SIG.ES384.keyPair().build().getPrivate(), Jwts.SIG.ES384).compact());
    assertInvalid(
        recipe().signWith(Jwts.SIG.RS256.keyPair().build().getPrivate(), Jwts.SIG.RS256).compact());
  }

  @Test
  void refusesAnotherAudienceOrNone() {
    assertInvalid(forged(token -> token.audience().remove("warmgate").add("other").and()));
    assertInvalid(forged(token -> token.audience().remove("warmgate").and()));
  }

  @Test
  void refusesAnotherIssuerOrNone() {
    assertInvalid(forged(token -> token.issuer("https://evil.example.com")));
    assertInvalid(forged(token -> token.issuer("http://127.0.0.1:8080/")));
    assertInvalid(forged(token -> token.issuer(null)));
  }

  @Test
  void refusesAnotherTypeOrNone() {
    assertInvalid(forged(token -> token.header().type("JWT").and()));
    assertInvalid(forged(token -> token.header().type("id+jwt").and()));
    assertInvalid(forged(token -> token.header().delete("typ").and()));
  }

  @Test
  void refusesAnExpiredToken() {
    Answer refused =
        api.me(forged(token -> token.expiration(Date.from(Instant.now().minusSeconds(2)))));

    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.code()).isEqualTo("expired_token");
  }

  @Test
  void saysThatAForeignTokenIsInvalidEvenIfItHasExpired() {
    assertInvalid(
        recipe()
            .expiration(Date.from(Instant.now().minusSeconds(2)))
            .signWith(foreignKey(), Jwts.SIG.ES256)
            .compact());
  }

  @Test
  void refusesATokenThatIsNotValidYetOrForever() {
    assertInvalid(forged(token -> token.notBefore(Date.from(Instant.now().plusSeconds(60)))));
    assertInvalid(forged(token -> token.expiration(null)));
  }

  @Test
  void refusesClaimsThatOursAlwaysHave() {
    assertInvalid(forged(token -> token.claim("sid", null)));
    assertInvalid(forged(token -> token.claim("sid", "garbage")));
    assertInvalid(forged(token -> token.claim("sid", 7)));
    assertInvalid(forged(token -> token.claim("sid", List.of(sessionId.toString()))));
    assertInvalid(forged(token -> token.subject(null)));
    assertInvalid(forged(token -> token.subject("garbage")));
    assertInvalid(forged(token -> token.claim("roles", null)));
    assertInvalid(forged(token -> token.claim("roles", "admin")));
    assertInvalid(forged(token -> token.claim("email", 7)));
  }

  @Test
  void refusesTheSessionOfSomebodyElse() {
    Answer stranger = api.register(newEmail());
    Answer refused = api.me(forged(token -> token.claim("sid", stranger.text("session_id"))));

    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.code()).isEqualTo("session_ended");
  }

  @Test
  void refusesATokenWithAnyPartChangedOrCut() {
    String[] parts = accessToken.split("\\.", -1);
    String admin =
        new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8)
            .replace("\"user\"", "\"admin\"");

    assertInvalid(
        parts[0]
            + "."
            + BASE64.encodeToString(admin.getBytes(StandardCharsets.UTF_8))
            + "."
            + parts[2]);
    assertInvalid(accessToken.substring(0, accessToken.length() - 8));
    assertInvalid(accessToken.substring(0, accessToken.length() / 2));
    assertInvalid(parts[0] + "." + parts[1] + ".");
    assertInvalid(parts[0] + "." + parts[1]);
    assertInvalid(parts[0]);
    assertInvalid(parts[1] + "." + parts[0] + "." + parts[2]);
    assertInvalid("x" + accessToken);
    assertInvalid(accessToken + "." + parts[2]);
    assertInvalid(accessToken + "," + accessToken);
    // A signature of zeros was good for any token before CVE-2022-21449 was fixed.
    assertInvalid(parts[0] + "." + parts[1] + "." + BASE64.encodeToString(new byte[64]));
  }

  @ParameterizedTest
  @MethodSource("garbage")
  void refusesGarbage(String garbage) {
    assertInvalid(garbage);
  }

  static Stream<String> garbage() {
    String words = "x . .. ... .... a.b.c null {} e30.e30.e30 e30.. ü.ü.ü %00 -_-.-_-.-_- Bearer";
    return Stream.concat(Stream.of("Bearer x"), Stream.of(words.split(" ", -1)));
  }

  @Test
  void refusesHeadersThatAskForMoreThanASignature() {
    String rest = accessToken.substring(accessToken.indexOf('.'));
    String ours = "'alg':'ES256','typ':'at+jwt','kid':'" + key.id() + "'";

    assertInvalid(header("{" + ours + ",'crit':['exp'],'exp':1}") + rest);
    assertInvalid(header("{" + ours + ",'b64':false,'crit':['b64']}") + rest);
    assertInvalid(header("{" + ours + ",'zip':'DEF'}") + rest);
    assertInvalid(header("{" + ours + ",'x5u':'https://evil.example.com/'}") + rest);
    assertInvalid(header("{'alg':'dir','enc':'A128GCM','typ':'at+jwt'}") + rest + ".x.x");
    assertInvalid(header("{'alg':7,'typ':'at+jwt','kid':{}}") + rest);
    assertInvalid(header("[".repeat(2500)) + rest);
    assertInvalid(header("{'a':".repeat(500)) + rest);
  }

  @Test
  void refusesATokenThatIsLongerThanAnyOfOurs() {
    assertInvalid(forged(token -> token.claim("more", "x".repeat(3500))));
    assertInvalid("x".repeat(7000));
    assertInvalid(".".repeat(4000));
  }

  @Test
  void readsTheKeysAtMostOnceHoweverManyUnknownOnesAreTried() {
    long before = SERVICE.statements("dev.warmgate.token.SigningKeyDao");
    for (int i = 0; i < 50; i++) {
      String name = "unknown-" + i;
      api.me(forged(token -> token.header().keyId(name).and()));
    }

    // Two more for the regular reading, which may fall into the same time.
    assertThat(SERVICE.statements("dev.warmgate.token.SigningKeyDao") - before).isLessThan(5);
  }

  private String forged(UnaryOperator<JwtBuilder> change) {
    return change.apply(recipe()).signWith(key.privateKey(), Jwts.SIG.ES256).compact();
  }

  /** What the issuer writes, spelled out once more. */
  private JwtBuilder recipe() {
    return Jwts.builder()
        .header()
        .type("at+jwt")
        .keyId(key.id())
        .and()
        .issuer("http://127.0.0.1:8080")
        .audience()
        .add("warmgate")
        .and()
        .subject(accountId.toString())
        .issuedAt(Date.from(Instant.now()))
        .expiration(Date.from(Instant.now().plusSeconds(900)))
        .id(UUID.randomUUID().toString())
        .claim("client_id", "warmgate-first-party")
        .claim("sid", sessionId.toString())
        .claim("email", "a@example.com")
        .claim("roles", List.of("user"));
  }

  private static PrivateKey foreignKey() {
    return Jwts.SIG.ES256.keyPair().build().getPrivate();
  }

  private static String header(String json) {
    return BASE64.encodeToString(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  private void assertInvalid(String token) {
    Answer refused = api.me(token);

    assertThat(refused.status()).as(token).isEqualTo(401);
    assertThat(refused.code()).as(token).isEqualTo("invalid_token");
  }
}
