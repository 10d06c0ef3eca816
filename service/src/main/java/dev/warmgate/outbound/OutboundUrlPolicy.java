package dev.warmgate.outbound;

import dev.warmgate.network.Cidr;
import dev.warmgate.network.DomainName;
import dev.warmgate.network.PublicAddresses;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which URLs Warmgate may call: https, the standard port, no user-info, a host name with a dot that
 * is no address in any spelling, and only public addresses behind the name. What it cannot read it
 * refuses; what it passes on is written anew, so that nobody reads the text differently.
 */
public final class OutboundUrlPolicy {
  private static final int MAX_LENGTH = 2048;

  /** No spaces, controls and backslashes anywhere; other alphabets in the authority only. */
  private static final Pattern URL =
      Pattern.compile(
          "(?<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?<authority>[^/?#\\\\\\x00-\\x20\\x7f]*)"
              + "(?<rest>(?:[/?][\\x21-\\x7e&&[^#\\\\]]*)?)(?:#[\\x21-\\x7e&&[^\\\\]]*)?");

  private static final Pattern AUTHORITY =
      Pattern.compile("(?<host>\\[[^\\[\\]]*]|[^:\\[\\]]*)(?::(?<port>[^:]*))?");

  /** From 1 to 65535. */
  private static final Pattern PORT =
      Pattern.compile(
          "[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]");

  /** What resolvers take for an address: the last label is a number (also WHATWG URL, 3.5). */
  private static final Pattern ADDRESS =
      Pattern.compile("\\[.*|(?:.*\\.)?(?:\\p{Nd}+|0[xX][0-9a-fA-F]*)\\.?");

  private static final Pattern INTERNAL_NAME =
      Pattern.compile(
          "(?:.*\\.)?(?:localhost|localdomain|local|internal|intranet|private|corp|home|lan|alt"
              + "|arpa|onion|invalid|test)\\.?");

  private final List<Cidr> allowed;

  /**
   * @param allowed networks that may be called although they are not public, by address, over http
   *     too and on any port; for development
   */
  public OutboundUrlPolicy(List<Cidr> allowed) {
    this.allowed = List.copyOf(allowed);
  }

  /**
   * Judges by syntax only: no name is looked up.
   *
   * @return the URL to call, with its host in ASCII
   */
  public URI check(String url) throws OutboundRefused {
    require(url.length() <= MAX_LENGTH, UrlRefusal.UNREADABLE);
    Matcher parts = URL.matcher(url);
    require(parts.matches(), UrlRefusal.UNREADABLE);
    String authority = parts.group("authority");
    require(authority.indexOf('@') < 0, UrlRefusal.USER_INFO);
    Matcher place = AUTHORITY.matcher(authority);
    require(place.matches(), UrlRefusal.HOST);
    String scheme = parts.group("scheme").toLowerCase(Locale.ROOT);
    String port = place.group("port");
    String host = place.group("host");
    if (isAllowedAddress(host)) {
      require("https".equals(scheme) || "http".equals(scheme), UrlRefusal.SCHEME);
      require(port == null || PORT.matcher(port).matches(), UrlRefusal.PORT);
    } else {
      require("https".equals(scheme), UrlRefusal.SCHEME);
      require(port == null || "443".equals(port), UrlRefusal.PORT);
      host = checkName(host);
    }
    return written(scheme, host, port, parts.group("rest"));
  }

  /** Judges an address that a name has led to, just before it is connected to. */
  void check(InetAddress address) throws OutboundRefused {
    require(PublicAddresses.contain(address) || isAllowed(address), UrlRefusal.PRIVATE_ADDRESS);
  }

  private static String checkName(String text) throws OutboundRefused {
    require(text.length() <= DomainName.MAX_LENGTH, UrlRefusal.HOST);
    require(!ADDRESS.matcher(text).matches(), UrlRefusal.ADDRESS);
    String host = DomainName.toAscii(text).orElseThrow(() -> new OutboundRefused(UrlRefusal.HOST));
    require(!ADDRESS.matcher(host).matches(), UrlRefusal.ADDRESS);
    require(!INTERNAL_NAME.matcher(host).matches(), UrlRefusal.INTERNAL_NAME);
    require(DomainName.isValid(host), UrlRefusal.HOST);
    return host;
  }

  /** Only in the one spelling that everybody reads alike. */
  private boolean isAllowedAddress(String host) {
    if (allowed.isEmpty()) {
      return false;
    }
    try {
      InetAddress address = InetAddress.ofLiteral(host);
      return address.getHostAddress().equals(host) && isAllowed(address);
    } catch (IllegalArgumentException aName) {
      return false;
    }
  }

  private boolean isAllowed(InetAddress address) {
    return allowed.stream().anyMatch(network -> network.contains(address));
  }

  private static URI written(String scheme, String host, String port, String rest)
      throws OutboundRefused {
    try {
      URI uri = new URI(scheme + "://" + host + (port == null ? "" : ":" + port) + rest);
      require(host.equals(uri.getHost()), UrlRefusal.UNREADABLE);
      return uri;
    } catch (URISyntaxException badPath) {
      throw new OutboundRefused(UrlRefusal.UNREADABLE);
    }
  }

  private static void require(boolean condition, UrlRefusal otherwise) throws OutboundRefused {
    if (!condition) {
      throw new OutboundRefused(otherwise);
    }
  }
}
