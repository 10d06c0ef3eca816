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
 * Decides which URLs Warmgate may call: https, port 443, no user info, a host name with a dot that
 * is not an IP address in any notation, and only public addresses behind that name. It refuses what
 * it cannot parse, and returns a URL built from the parsed parts, so that the HTTP client cannot
 * interpret the text differently.
 */
public final class OutboundUrlPolicy {
  private static final int MAX_LENGTH = 2048;

  /**
   * Spaces, control characters and backslashes are not allowed; non-ASCII only in the authority.
   */
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

  /** Resolvers treat a host whose last label is a number as an address (see WHATWG URL, 3.5). */
  private static final Pattern ADDRESS =
      Pattern.compile("\\[.*|(?:.*\\.)?(?:\\p{Nd}+|0[xX][0-9a-fA-F]*)\\.?");

  private static final Pattern INTERNAL_NAME =
      Pattern.compile(
          "(?:.*\\.)?(?:localhost|localdomain|local|internal|intranet|private|corp|home|lan|alt"
              + "|arpa|onion|invalid|test)\\.?");

  private final List<Cidr> allowed;

  /**
   * @param allowed networks that may be called although they are not public: by address, over http
   *     or https, on any port; for development
   */
  public OutboundUrlPolicy(List<Cidr> allowed) {
    this.allowed = List.copyOf(allowed);
  }

  /**
   * Checks the syntax only and resolves no name.
   *
   * @return the URL to call, with its host in ASCII
   */
  public URI check(String url) throws OutboundRefused {
    require(url.length() <= MAX_LENGTH, UrlRefusal.UNREADABLE);
    Matcher parts = URL.matcher(url);
    require(parts.matches(), UrlRefusal.UNREADABLE);
    String authority = parts.group("authority");
    require(authority.indexOf('@') < 0, UrlRefusal.USER_INFO);
    Matcher hostAndPort = AUTHORITY.matcher(authority);
    require(hostAndPort.matches(), UrlRefusal.HOST);
    String scheme = parts.group("scheme").toLowerCase(Locale.ROOT);
    String port = hostAndPort.group("port");
    String host = hostAndPort.group("host");
    if (isAllowedAddress(host)) {
      require("https".equals(scheme) || "http".equals(scheme), UrlRefusal.SCHEME);
      require(port == null || PORT.matcher(port).matches(), UrlRefusal.PORT);
    } else {
      require("https".equals(scheme), UrlRefusal.SCHEME);
      require(port == null || "443".equals(port), UrlRefusal.PORT);
      host = checkName(host);
    }
    return build(scheme, host, port, parts.group("rest"));
  }

  /** Checks a resolved address, just before the client connects to it. */
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

  /** Accepts an address in its canonical notation only. */
  private boolean isAllowedAddress(String host) {
    if (allowed.isEmpty()) {
      return false;
    }
    try {
      InetAddress address = InetAddress.ofLiteral(host);
      return address.getHostAddress().equals(host) && isAllowed(address);
    } catch (IllegalArgumentException notAnAddress) {
      return false;
    }
  }

  private boolean isAllowed(InetAddress address) {
    return allowed.stream().anyMatch(network -> network.contains(address));
  }

  private static URI build(String scheme, String host, String port, String rest)
      throws OutboundRefused {
    try {
      URI uri = new URI(scheme + "://" + host + (port == null ? "" : ":" + port) + rest);
      require(host.equals(uri.getHost()), UrlRefusal.UNREADABLE);
      return uri;
    } catch (URISyntaxException badPath) {
      throw new OutboundRefused(UrlRefusal.UNREADABLE);
    }
  }

  private static void require(boolean condition, UrlRefusal refusal) throws OutboundRefused {
    if (!condition) {
      throw new OutboundRefused(refusal);
    }
  }
}
