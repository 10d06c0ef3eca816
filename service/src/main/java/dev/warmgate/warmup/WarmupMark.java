package dev.warmgate.warmup;

import dev.warmgate.request.RequestContext;
import dev.warmgate.secret.Crypto;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Marks the requests by which the service warms itself. Nobody else can: the mark is 256 random
 * bits that never leave the process, it counts only on a connection from this machine, and no
 * longer once the warm-up has ended.
 */
public final class WarmupMark {
  /** The request header that carries it. */
  public static final String HEADER = "X-Warmgate-Warmup";

  private static final int BYTES = 32;

  private final String secret;
  private volatile boolean open;

  private WarmupMark(boolean open) {
    secret = HexFormat.of().formatHex(Crypto.random(BYTES));
    this.open = open;
  }

  /** A new one, good until it is made void. */
  public static WarmupMark open() {
    return new WarmupMark(true);
  }

  /** One that never was good: the service does not warm itself. */
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
   * Whether it still counts at all; asked first, so that requests after the warm-up cost nothing.
   */
  public boolean isOpen() {
    return open;
  }

  /**
   * Marks a request if it is one of our own.
   *
   * @param peer the address of the TCP connection, whatever a proxy says
   */
  public void recognise(RequestContext request, @Nullable String header, String peer) {
    if (isOn(header, peer)) {
      request.markWarmup();
    }
  }

  boolean isOn(@Nullable String header, String peer) {
    return open
        && header != null
        && MessageDigest.isEqual(bytes(header), bytes(secret))
        && InetAddress.ofLiteral(peer).isLoopbackAddress();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
