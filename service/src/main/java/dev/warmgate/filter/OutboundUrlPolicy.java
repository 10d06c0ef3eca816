package dev.warmgate.filter;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;

/**
 * Which URLs may be called: https, the standard port, no user-info, a host name with a dot that is
 * no address in any spelling. What it cannot read it refuses.
 */
final class OutboundUrlPolicy {
  /**
   * A name whose last label starts with a letter: no IPv4 spelling (decimal, octal, hex) ends so.
   */
  private static final Pattern HOST_NAME =
      Pattern.compile("(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]");

  private static final Pattern INTERNAL_NAME =
      Pattern.compile(".*\\.(?:localhost|local|internal|intranet|lan|home|arpa|invalid|test)");

  private OutboundUrlPolicy() {}

  static boolean allows(String url) {
    try {
      URI uri = new URI(url);
      String host = uri.getHost();
      return "https".equals(uri.getScheme())
          && host != null
          && uri.getRawUserInfo() == null
          && (uri.getPort() == -1 || uri.getPort() == 443)
          && HOST_NAME.matcher(host).matches()
          && !INTERNAL_NAME.matcher(host).matches();
    } catch (URISyntaxException unreadable) {
      return false;
    }
  }
}
