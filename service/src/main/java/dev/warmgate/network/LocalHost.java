package dev.warmgate.network;

import java.util.regex.Pattern;

/** Recognizes this host's own addresses as people write them, without a DNS query. */
public final class LocalHost {
  private static final Pattern NAMES =
      Pattern.compile("(localhost|127(\\.[0-9]{1,3}){3}|\\[::1]|::1)(:[0-9]*)?");

  private LocalHost() {}

  /**
   * @param host a name or an address, with a port or without
   */
  public static boolean isNamedBy(String host) {
    return NAMES.matcher(host).matches();
  }
}
