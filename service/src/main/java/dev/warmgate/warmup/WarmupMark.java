package dev.warmgate.warmup;

import dev.warmgate.network.IpAddress;
import dev.warmgate.request.RequestContext;
import dev.warmgate.secret.Crypto;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Identifies the requests with which the service warms itself up. No other client can send the
 * mark: it consists of 256 random bits that never leave the machine, and is valid only on loopback
 * connections and until the warm-up ends.
 */
public final class WarmupMark {
  /** The request header that carries the mark. */
  public static final String HEADER = "X-Warmgate-Warmup";

  private static final int BYTES = 32;

  private final String secret;
  private volatile boolean open;

  private WarmupMark(boolean open) {
    secret = HexFormat.of().formatHex(Crypto.random(BYTES));
    this.open = open;
  }

  /** Creates a mark that is valid until the warm-up ends. */
  public static WarmupMark open() {
    return new WarmupMark(true);
  }

  /** Creates a mark that is never valid, for a service that does not warm itself up. */
  public static WarmupMark closed() {
    return new WarmupMark(false);
  }

  String secret() {
    return secret;
  }

  void close() {
    open = false;
  }

  /**
   * Returns whether the mark is still valid; checked first, so that requests after the warm-up have
   * no overhead.
   */
  public boolean isOpen() {
    return open;
  }

  /**
   * Marks a request if it belongs to the warm-up.
   *
   * @param peer the address of the TCP connection, regardless of proxy headers
   */
  public void recognise(RequestContext request, @Nullable String header, String peer) {
    if (matches(header, peer)) {
      request.markWarmup();
    }
  }

  boolean matches(@Nullable String header, String peer) {
    return open
        && header != null
        && MessageDigest.isEqual(bytes(header), bytes(secret))
        && IpAddress.parse(peer).filter(InetAddress::isLoopbackAddress).isPresent();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
