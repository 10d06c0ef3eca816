package dev.warmgate.network;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.net.InetAddress;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The name or the literal address of a host in one spelling, so that equal hosts are equal: lower
 * case, and the shortest form of an IPv6 address. Never looked up.
 */
public record HostName(String text) {
  private static final Pattern NAME =
      Pattern.compile("(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9-]+)*");
  private static final String WRONG = "must be a host name or an address, without a port";
  private static final Pattern BRACKETS = Pattern.compile("^\\[(.*)]$");

  /**
   * @throws IllegalArgumentException if the text is neither, or has a port
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static HostName parse(String text) {
    String host = BRACKETS.matcher(text.strip()).replaceFirst("$1");
    if (isName(host)) {
      return new HostName(host.toLowerCase(Locale.ROOT));
    }
    // The JDK would look up a zone (fe80::1%eth0) among the interfaces of this machine.
    if (host.indexOf(':') >= 0 && host.indexOf('%') < 0) {
      try {
        return new HostName(InetAddress.ofLiteral(host).getHostAddress());
      } catch (IllegalArgumentException notAnAddress) {
        throw new IllegalArgumentException(WRONG, notAnAddress);
      }
    }
    throw new IllegalArgumentException(WRONG);
  }

  /** Whether the text has the form of a host name or of an IPv4 address. */
  public static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }
}
