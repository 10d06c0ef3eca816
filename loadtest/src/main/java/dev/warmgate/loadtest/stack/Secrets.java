package dev.warmgate.loadtest.stack;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** The service's secrets: random keys, created at the first start and kept for later starts. */
public final class Secrets {
  private static final int KEY_BYTES = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  private Secrets() {}

  static Map<String, String> in(StackDirectory directory) throws IOException {
    Path file = directory.resolve("secrets");
    if (!Files.exists(file)) {
      directory.writeSecret(
          "secrets",
          "WARMGATE_KEY_ENCRYPTION_KEYS=%s%nWARMGATE_REFRESH_KEYS=%s%n"
              .formatted(newKey(), newKey()));
    }
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    }
    Map<String, String> secrets = new TreeMap<>();
    properties.forEach((name, value) -> secrets.put(name.toString(), value.toString()));
    return secrets;
  }

  /** Returns a new random key in the form that the service expects. */
  public static String newKey() {
    byte[] key = new byte[KEY_BYTES];
    RANDOM.nextBytes(key);
    return "k1:" + Base64.getEncoder().encodeToString(key);
  }
}
