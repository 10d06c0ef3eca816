package dev.warmgate.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.Map;

/**
 * A browser and its authenticator with one passkey (WebAuthn, ES256), which does what a test wants:
 * also what no honest one would.
 */
public final class SoftwareAuthenticator {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PRESENT = 0x01;
  private static final int VERIFIED = 0x04;
  private static final int MADE = 0x40;

  private final String origin;
  private final byte[] credentialId = new byte[32];
  private final KeyPair keys;
  private byte[] userHandle = new byte[0];
  private long counter;
  private boolean verifies = true;
  private boolean counts = true;

  /**
   * @param origin of the site that the browser shows
   */
  public SoftwareAuthenticator(String origin) {
    this.origin = origin;
    new SecureRandom().nextBytes(credentialId);
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      this.keys = generator.generateKeyPair();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private SoftwareAuthenticator(String origin, SoftwareAuthenticator original) {
    this.origin = origin;
    System.arraycopy(original.credentialId, 0, credentialId, 0, credentialId.length);
    this.keys = original.keys;
    this.userHandle = original.userHandle;
    this.counter = original.counter;
  }

  /** Returns one with the same passkey, as a thief of its secrets has it. */
  public SoftwareAuthenticator copy() {
    return new SoftwareAuthenticator(origin, this);
  }

  /** Returns one with the same passkey in a browser that shows another site. */
  public SoftwareAuthenticator at(String otherOrigin) {
    return new SoftwareAuthenticator(otherOrigin, this);
  }

  /** Asks nobody for a PIN or a finger from now on. */
  public SoftwareAuthenticator withoutVerification() {
    verifies = false;
    return this;
  }

  /** Counts no uses, as authenticators that synchronize their passkeys do. */
  public SoftwareAuthenticator withoutCounter() {
    counts = false;
    return this;
  }

  /** Does what {@code navigator.credentials.create} does; returns its answer in JSON. */
  public ObjectNode create(JsonNode options) {
    userHandle = decode(options.path("user").path("id").asText());
    byte[] authenticatorData =
        authenticatorData(options.path("rp").path("id").asText(), MADE, credential());
    ByteArrayOutputStream attestation = new ByteArrayOutputStream();
    attestation.write(0xA3);
    text(attestation, "fmt");
    text(attestation, "none");
    text(attestation, "attStmt");
    attestation.write(0xA0);
    text(attestation, "authData");
    bytes(attestation, authenticatorData);
    ObjectNode response = response("webauthn.create", options);
    response.put("attestationObject", encode(attestation.toByteArray()));
    response.putArray("transports").add("internal").add("hybrid");
    return answer(response);
  }

  /** Does what {@code navigator.credentials.get} does; returns its answer in JSON. */
  public ObjectNode get(JsonNode options) {
    counter += counts ? 1 : 0;
    byte[] authenticatorData = authenticatorData(options.path("rpId").asText(), 0, new byte[0]);
    ObjectNode response = response("webauthn.get", options);
    byte[] clientData = decode(response.path("clientDataJSON").asText());
    response.put("authenticatorData", encode(authenticatorData));
    response.put("signature", encode(sign(authenticatorData, sha256(clientData))));
    response.put("userHandle", encode(userHandle));
    return answer(response);
  }

  private ObjectNode response(String type, JsonNode options) {
    ObjectNode clientData =
        JSON.createObjectNode()
            .put("type", type)
            .put("challenge", options.path("challenge").asText())
            .put("origin", origin)
            .put("crossOrigin", false);
    return JSON.createObjectNode()
        .put("clientDataJSON", encode(clientData.toString().getBytes(UTF_8)));
  }

  private ObjectNode answer(ObjectNode response) {
    ObjectNode answer =
        JSON.createObjectNode()
            .put("id", encode(credentialId))
            .put("rawId", encode(credentialId))
            .put("type", "public-key")
            .put("authenticatorAttachment", "platform");
    answer.putObject("clientExtensionResults");
    answer.set("response", response);
    return answer;
  }

  private byte[] authenticatorData(String site, int flags, byte[] rest) {
    return ByteBuffer.allocate(37 + rest.length)
        .put(sha256(site.getBytes(UTF_8)))
        .put((byte) (flags | PRESENT | (verifies ? VERIFIED : 0)))
        .putInt((int) counter)
        .put(rest)
        .array();
  }

  private byte[] credential() {
    ECPublicKey key = (ECPublicKey) keys.getPublic();
    byte[] start = {(byte) 0xA5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20};
    byte[] middle = {0x22, 0x58, 0x20};
    return ByteBuffer.allocate(18 + credentialId.length + start.length + middle.length + 64)
        .put(new byte[16])
        .putShort((short) credentialId.length)
        .put(credentialId)
        .put(start)
        .put(coordinate(key.getW().getAffineX()))
        .put(middle)
        .put(coordinate(key.getW().getAffineY()))
        .array();
  }

  private static byte[] coordinate(BigInteger value) {
    byte[] bytes = value.toByteArray();
    byte[] exact = new byte[32];
    int most = Math.min(32, bytes.length);
    System.arraycopy(bytes, bytes.length - most, exact, 32 - most, most);
    return exact;
  }

  private static void text(ByteArrayOutputStream cbor, String text) {
    cbor.write(0x60 + text.length());
    cbor.writeBytes(text.getBytes(UTF_8));
  }

  private static void bytes(ByteArrayOutputStream cbor, byte[] bytes) {
    cbor.write(0x59);
    cbor.write(bytes.length >> 8);
    cbor.write(bytes.length);
    cbor.writeBytes(bytes);
  }

  private byte[] sign(byte[]... parts) {
    try {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(keys.getPrivate());
      for (byte[] part : parts) {
        signature.update(part);
      }
      return signature.sign();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static byte[] sha256(byte[] data) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(data);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static byte[] decode(String text) {
    return Base64.getUrlDecoder().decode(text);
  }

  private static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Returns the answer as the body of a request has it. */
  public static Map<String, Object> body(ObjectNode answer) {
    return JSON.convertValue(answer, new com.fasterxml.jackson.core.type.TypeReference<>() {});
  }
}
