package dev.warmgate.webhook;

import dev.warmgate.secret.Crypto;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** The secret that signs a webhook's messages, as in Standard Webhooks 1.0 (symmetric, v1). */
final class WebhookSecret {
  private static final String PREFIX = "whsec_";
  private static final int BYTES = 32;

  private final byte[] key;

  WebhookSecret(byte[] key) {
    this.key = key.clone();
  }

  static WebhookSecret generate() {
    return new WebhookSecret(Crypto.random(BYTES));
  }

  byte[] bytes() {
    return key.clone();
  }

  /** Returns the text that the receiver gets, once. */
  String shown() {
    return PREFIX + Base64.getEncoder().encodeToString(key);
  }

  /** Returns one signature of the header {@code webhook-signature}. */
  String sign(String messageId, long timestamp, byte[] body) {
    byte[] signed = (messageId + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8);
    return "v1," + Base64.getEncoder().encodeToString(Crypto.hmac(key, signed, body));
  }

  @Override
  public String toString() {
    return "WebhookSecret[…]";
  }
}
