package dev.warmgate.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.UUID;

/**
 * A service key for tests that are about something else; ServiceKeyIT makes them as operators do.
 */
public final class NewServiceKey {
  private static final Duration SOON = Duration.ofSeconds(10);

  private NewServiceKey() {}

  /** One that the service knows already. */
  public static String with(RunningService service, String... scopes) throws Exception {
    return with(service, UUID.randomUUID(), scopes);
  }

  /** The same, of that id. */
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
    // A replica may not know a key in the first tenth of a second.
    Eventually.within(SOON, () -> api.get("/api/v1/database/performance", key).status() != 401);
    return key;
  }

  /** What the database has of a key. */
  public static byte[] hash(String key) throws Exception {
    return MessageDigest.getInstance("SHA-256").digest(key.getBytes(US_ASCII));
  }
}
