package dev.warmgate.testkit;

import java.security.SecureRandom;
import java.util.Base64;

/** Secrets as an operator makes them. */
public final class Secrets {
  private Secrets() {}

  /** A new one of that id, in the form that the configuration takes. */
  public static String of(String id) {
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    return id + ":" + Base64.getEncoder().encodeToString(random);
  }
}
