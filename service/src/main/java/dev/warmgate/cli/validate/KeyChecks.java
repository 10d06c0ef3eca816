package dev.warmgate.cli.validate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/** Checks that other services can verify access tokens with the published keys. */
final class KeyChecks {
  static final String CHECK = "JWKS";
  private static final String PATH = "/.well-known/jwks.json";
  private static final String TARGET = "ES256 keys, cacheable";
  private static final String ADVICE =
      "Other services cannot verify tokens: roll back, and search the log for signing-keys.";

  private final Deployment service;
  private final Map<String, PublicKey> keys = new HashMap<>();

  KeyChecks(Deployment service) {
    this.service = service;
  }

  /** Reads the keys, which {@link #verifies} uses. */
  Finding published() {
    Reply reply = service.get(PATH);
    if (!reply.isOk() || !reply.body().path("keys").isArray()) {
      return Finding.fail(CHECK, reply.description() + ", no key set", TARGET, ADVICE);
    }
    for (JsonNode key : reply.body().path("keys")) {
      if (key.has("d")) {
        return Finding.fail(CHECK, "a private key is published", TARGET, "Take it offline now.");
      }
      try {
        keys.put(keyId(key), publicKey(key));
      } catch (GeneralSecurityException | IllegalArgumentException unusable) {
        return Finding.fail(CHECK, "a key is not an ES256 key with a kid", TARGET, ADVICE);
      }
    }
    String cache = reply.headers().firstValue("Cache-Control").orElse("");
    if (keys.isEmpty() || !cache.matches(".*\\bmax-age=[1-9][0-9]*.*")) {
      String fault = keys.isEmpty() ? "no key" : "no max-age in Cache-Control";
      return Finding.fail(CHECK, fault, TARGET, ADVICE);
    }
    return Finding.pass(
        CHECK, "%d usable, %s".formatted(keys.size(), Reply.printable(cache)), TARGET);
  }

  /** Checks that a new access token is signed by a published key. */
  Finding verifies(String token) {
    String check = "token verifies with JWKS";
    String target = "signed by a published key";
    String[] parts = token.split("\\.", -1);
    try {
      JsonNode header = new ObjectMapper().readTree(decoded(parts[0]));
      PublicKey key = keys.get(header.path("kid").asText());
      if (key == null || parts.length != 3 || !header.path("alg").asText().equals("ES256")) {
        return Finding.fail(check, "its kid or alg is not published", target, ADVICE);
      }
      Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
      signature.initVerify(key);
      signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
      return signature.verify(decoded(parts[2]))
          ? Finding.pass(check, "ES256 signature is valid", target)
          : Finding.fail(check, "the signature is wrong", target, ADVICE);
    } catch (IOException | GeneralSecurityException | IllegalArgumentException notToken) {
      return Finding.fail(check, "the access token is not a JWT", target, ADVICE);
    }
  }

  private static String keyId(JsonNode key) {
    boolean usable =
        key.path("alg").asText().equals("ES256") && !key.path("kid").asText().isEmpty();
    if (!usable) {
      throw new IllegalArgumentException("not ES256, or without kid");
    }
    return key.path("kid").asText();
  }

  private static PublicKey publicKey(JsonNode key) throws GeneralSecurityException {
    AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
    curve.init(new ECGenParameterSpec("secp256r1"));
    BigInteger x = new BigInteger(1, decoded(key.path("x").asText()));
    BigInteger y = new BigInteger(1, decoded(key.path("y").asText()));
    return KeyFactory.getInstance("EC")
        .generatePublic(
            new ECPublicKeySpec(new ECPoint(x, y), curve.getParameterSpec(ECParameterSpec.class)));
  }

  private static byte[] decoded(String text) {
    return Base64.getUrlDecoder().decode(text);
  }
}
