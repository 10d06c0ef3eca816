package dev.warmgate.network;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.net.InetAddress;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The name or the literal address of a host in one spelling, so that equal hosts are equal: lower
 * case, without a dot at its end, and the shortest form of an IPv6 address. Never looked up.
 */
public record HostName(String text) {
  private static final String LABEL = "[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?";
  private static final Pattern NAME =
      Pattern.compile("(?=.{1,253}\\.?$)LABEL(\\.LABEL)*\\.?".replace("LABEL", LABEL));
  private static final Pattern NUMBER_AT_END =
      Pattern.compile("(?:.*\\.)?(?:[0-9]+|0[xX][0-9a-fA-F]*)\\.?");
  private static final Pattern IPV4 =
      Pattern.compile(
          "(?:OCTET\\.){3}OCTET"
              .replace("OCTET", "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"));
  private static final String WRONG = "must be a host name or an address, without a port";
  private static final Pattern BRACKETS = Pattern.compile("^\\[(.*)]$");

  /**
   * @throws IllegalArgumentException if the text is neither, or has a port
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static HostName parse(String text) {
    String host = BRACKETS.matcher(text.strip()).replaceFirst("$1");
    if (isName(host)) {
      return new HostName(host.toLowerCase(Locale.ROOT).replaceFirst("\\.$", ""));
    }
    // The JDK would look up a zone (fe80::1%eth0) among the interfaces of this machine.
    if (host.indexOf(':') >= 0 && host.indexOf('%') < 0) {
      try {
        return new HostName(IpAddress.text(InetAddress.ofLiteral(host)));
      } catch (IllegalArgumentException notAnAddress) {
        throw new IllegalArgumentException(WRONG, notAnAddress);
      }
    }
    throw new IllegalArgumentException(WRONG);
  }

  /**
   * Whether the text has the form of a host name, as resolvers take them, or of an IPv4 address. A
   * number, such as 0 for 0.0.0.0, is neither.
   */
  public static boolean isName(String text) {
    return NUMBER_AT_END.matcher(text).matches()
        ? IPV4.matcher(text).matches()
        : NAME.matcher(text).matches();
  }
}
