package dev.warmgate.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.UUID;

/** Makes service keys for tests by SQL; ServiceKeyIT tests how operators make them. */
public final class NewServiceKey {
  private static final Duration SOON = Duration.ofSeconds(10);

  private NewServiceKey() {}

  /** Makes a key and waits until the service knows it. */
  public static String with(RunningService service, String... scopes) throws Exception {
    return with(service, UUID.randomUUID(), scopes);
  }

  /** Makes a key with this id and waits until the service knows it. */
  public static String with(RunningService service, UUID id, String... scopes) throws Exception {
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    String key = "wg_sk_" + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    service.sql(
        "INSERT INTO service_key (id, name, key_hash, scopes)"
            + " VALUES (?, 'a test', ?, string_to_array(?, ' '))",
        id,
        hash(key),
        String.join(" ", scopes));
    ApiClient api = service.api();
    // A replica may take 100 ms to learn of a new key.
    Eventually.within(SOON, () -> api.get("/api/v1/database/performance", key).status() != 401);
    return key;
  }

  /** Returns the hash of a key, as the database stores it. */
  public static byte[] hash(String key) throws Exception {
    return MessageDigest.getInstance("SHA-256").digest(key.getBytes(US_ASCII));
  }
}
