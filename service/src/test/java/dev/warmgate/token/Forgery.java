package dev.warmgate.token;

import dev.warmgate.signingkey.SigningKey;
import io.jsonwebtoken.JwtBuilder;
import io.jsonwebtoken.Jwts;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * Makes tokens that are ours but for one thing, from a recipe that is known to give a good one.
 *
 * @param key signs for the service
 * @param token a good one of this session, by the service itself
 */
record Forgery(SigningKey key, UUID accountId, UUID sessionId, String token) {
  static final String ISSUER = "http://127.0.0.1:8080";

  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  /** What the issuer writes, spelled out once more. */
  JwtBuilder recipe() {
    return Jwts.builder()
        .header()
        .type("at+jwt")
        .keyId(key.id())
        .and()
        .issuer(ISSUER)
        .audience()
        .add(ISSUER)
        .and()
        .subject(accountId.toString())
        .issuedAt(Date.from(Instant.now()))
        .expiration(Date.from(Instant.now().plusSeconds(900)))
        .id(UUID.randomUUID().toString())
        .claim("client_id", "warmgate-first-party")
        .claim("sid", sessionId.toString())
        .claim("email", "a@example.com")
        .claim("roles", List.of("user"))
        .claim("auth_time", Instant.now().getEpochSecond());
  }

  /** Signed with the service's own key, which no attacker has: only the change can be refused. */
  String with(UnaryOperator<JwtBuilder> change) {
    return change.apply(recipe()).signWith(key.privateKey(), Jwts.SIG.ES256).compact();
  }

  /**
   * Headers and claims as they are written here ({@code '} for {@code "}), signed by the service.
   */
  String written(String header, String claims) {
    String text = encoded(header) + "." + encoded(claims);
    return text + "." + BASE64.encodeToString(sign(text));
  }

  private byte[] sign(String text) {
    try {
      Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
      signature.initSign(key.privateKey());
      signature.update(text.getBytes(StandardCharsets.US_ASCII));
      return signature.sign();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Our own headers, to which more can be added. */
  String header() {
    return "'alg':'ES256','typ':'at+jwt','kid':'" + key.id() + "'";
  }

  /** The claims of the good token, to which more can be added. */
  String claims() {
    String json = new String(Base64.getUrlDecoder().decode(part(1)), StandardCharsets.UTF_8);
    return json.substring(1, json.length() - 1).replace('"', '\'');
  }

  String part(int number) {
    return token.split("\\.", -1)[number];
  }

  /** The good token with another signature. */
  String signedWith(byte[] signature) {
    return part(0) + "." + part(1) + "." + BASE64.encodeToString(signature);
  }

  /** The good token with another header. */
  String headed(String header) {
    return encoded(header) + "." + part(1) + "." + part(2);
  }

  static String encoded(String json) {
    return BASE64.encodeToString(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  static PrivateKey foreignKey() {
    return Jwts.SIG.ES256.keyPair().build().getPrivate();
  }
}
