package dev.warmgate.network;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads and writes IP addresses as people do, without a DNS query: {@code ::1} for the loopback
 * address (RFC 5952), where the JDK writes {@code 0:0:0:0:0:0:0:1}.
 */
public final class IpAddress {
  /** The longest notation: an IPv4 address mapped into IPv6. */
  private static final int LONGEST = 45;

  private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
  private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

  /** Two or more groups of zeros, which "::" may stand for. */
  private static final Pattern ZEROS = Pattern.compile("(?<![0-9a-f])0(:0)+(?![0-9a-f])");

  private IpAddress() {}

  /**
   * Reads an address; empty if it is not one. An IPv4 address mapped into IPv6 is read as IPv4, and
   * a zone ({@code fe80::1%eth0}) is left out, because it means something to one host only.
   */
  public static Optional<InetAddress> parse(String text) {
    String literal = text;
    if (text.indexOf(':') >= 0) {
      int zone = text.indexOf('%');
      literal = zone < 0 ? text : text.substring(0, zone);
    }
    // The JDK would also read 10.1 as 10.0.0.1, and look up a zone among its own interfaces.
    boolean plain =
        literal.length() <= LONGEST
            && (IPV4.matcher(literal).matches() || IPV6.matcher(literal).matches());
    try {
      return plain ? Optional.of(InetAddress.ofLiteral(literal)) : Optional.empty();
    } catch (IllegalArgumentException notAnAddress) {
      return Optional.empty();
    }
  }

  /** Writes an address in its canonical form, without a zone. */
  public static String text(InetAddress address) {
    if (!(address instanceof Inet6Address)) {
      return address.getHostAddress();
    }
    byte[] bytes = address.getAddress();
    StringBuilder groups = new StringBuilder();
    for (int i = 0; i < bytes.length; i += 2) {
      int group = (bytes[i] & 0xff) << 8 | (bytes[i + 1] & 0xff);
      groups.append(i == 0 ? "" : ":").append(Integer.toHexString(group));
    }
    return compressed(groups.toString());
  }

  /** Replaces the longest run of zeros, the first one if two are equally long. */
  private static String compressed(String groups) {
    Matcher zeros = ZEROS.matcher(groups);
    int start = 0;
    int end = 0;
    while (zeros.find()) {
      if (zeros.end() - zeros.start() > end - start) {
        start = zeros.start();
        end = zeros.end();
      }
    }
    if (end == 0) {
      return groups;
    }
    String before = groups.substring(0, start);
    String after = groups.substring(end);
    return (before.isEmpty() ? ":" : before) + (after.isEmpty() ? ":" : after);
  }
}
