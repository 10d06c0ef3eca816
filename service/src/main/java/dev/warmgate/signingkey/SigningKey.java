package dev.warmgate.signingkey;

import io.jsonwebtoken.security.EcPublicJwk;
import io.jsonwebtoken.security.Jwks;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * An ES256 key pair.
 *
 * @param id the {@code kid}, the RFC 7638 thumbprint of the public key
 * @param signsFrom when it starts to sign; until then it is only published
 */
public record SigningKey(
    String id, ECPublicKey publicKey, ECPrivateKey privateKey, Instant signsFrom) {
  public static SigningKey generate(Instant signsFrom) {
    var pair = io.jsonwebtoken.Jwts.SIG.ES256.keyPair().build();
    ECPublicKey publicKey = (ECPublicKey) pair.getPublic();
    return new SigningKey(
        thumbprint(publicKey), publicKey, (ECPrivateKey) pair.getPrivate(), signsFrom);
  }

  /** Returns the thumbprint of RFC 7638. */
  static String thumbprint(ECPublicKey publicKey) {
    return Jwks.builder().key(publicKey).build().thumbprint().toString();
  }

  /** Returns the public key as a JWK (RFC 7517). */
  public Map<String, String> jwk() {
    EcPublicJwk jwk = Jwks.builder().key(publicKey).build();
    Map<String, String> published = new TreeMap<>();
    jwk.forEach((name, value) -> published.put(name, value.toString()));
    published.putAll(Map.of("kid", id, "use", "sig", "alg", "ES256"));
    return published;
  }
}
