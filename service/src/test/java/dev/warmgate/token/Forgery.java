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
 * Makes tokens that differ in one respect from a valid one.
 *
 * @param key the key that the service signs with
 * @param token a valid token of this session, issued by the service
 */
record Forgery(SigningKey key, UUID accountId, UUID sessionId, String token) {
  static final String ISSUER = "http://127.0.0.1:8080";

  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  /** Returns a builder of a valid token; it repeats what the service issues. */
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

  /** Applies a change and signs with the service's own key, so that only the change is invalid. */
  String with(UnaryOperator<JwtBuilder> change) {
    return change.apply(recipe()).signWith(key.privateKey(), Jwts.SIG.ES256).compact();
  }

  /**
   * Returns exactly this header and these claims ({@code '} for {@code "}), signed with the
   * service's key.
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

  /** Returns the members of a valid header, to which a test can add others. */
  String header() {
    return "'alg':'ES256','typ':'at+jwt','kid':'" + key.id() + "'";
  }

  /** Returns the claims of the valid token, to which a test can add others. */
  String claims() {
    String json = new String(Base64.getUrlDecoder().decode(part(1)), StandardCharsets.UTF_8);
    return json.substring(1, json.length() - 1).replace('"', '\'');
  }

  String part(int number) {
    return token.split("\\.", -1)[number];
  }

  /** Returns the valid token with another signature. */
  String withSignature(byte[] signature) {
    return part(0) + "." + part(1) + "." + BASE64.encodeToString(signature);
  }

  /** Returns the valid token with another header. */
  String withHeader(String header) {
    return encoded(header) + "." + part(1) + "." + part(2);
  }

  static String encoded(String json) {
    return BASE64.encodeToString(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  static PrivateKey foreignKey() {
    return Jwts.SIG.ES256.keyPair().build().getPrivate();
  }
}
