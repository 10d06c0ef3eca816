package dev.warmgate.redis;

import com.fasterxml.jackson.annotation.JsonCreator;
import dev.warmgate.network.LocalHost;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SslVerifyMode;

/**
 * The URL of Redis, in any form that Lettuce supports, including Sentinel and TLS. {@link
 * #toString} does not reveal the password.
 */
public record RedisUrl(String text) {
  /**
   * @throws IllegalArgumentException if the text is not such a URL; the message does not repeat it,
   *     since it may contain a password
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public RedisUrl(String text) {
    this.text = text.strip();
    try {
      RedisURI.create(this.text);
    } catch (IllegalArgumentException notAUrl) {
      throw new IllegalArgumentException(
          "must look like redis://:password@host:6379 or rediss://…", notAUrl);
    }
  }

  /** Whether each server's certificate is checked, or the server is on this host. */
  public boolean verifiesServer() {
    RedisURI uri = uri();
    return (uri.isSsl() && uri.getVerifyMode() != SslVerifyMode.NONE)
        || isLocal(uri)
        || (!uri.getSentinels().isEmpty()
            && uri.getSentinels().stream().allMatch(RedisUrl::isLocal));
  }

  private static boolean isLocal(RedisURI uri) {
    return uri.getSocket() != null || (uri.getHost() != null && LocalHost.isNamedBy(uri.getHost()));
  }

  RedisURI uri() {
    return RedisURI.create(text);
  }

  @Override
  public String toString() {
    return "RedisUrl[…]";
  }
}
