package dev.warmgate.testkit;

import java.security.SecureRandom;
import java.util.Base64;

/** Makes secrets in the form that the configuration expects. */
public final class Secrets {
  private Secrets() {}

  /** Returns a new random secret with this id. */
  public static String of(String id) {
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    return id + ":" + Base64.getEncoder().encodeToString(random);
  }
}
