package dev.warmgate.ratelimit;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.warmgate.network.IpAddress;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The request header in which the proxies say whom they speak for. Only one is read: a proxy passes
 * on the other as the client sent it.
 */
public enum ForwardedHeader {
  X_FORWARDED_FOR("X-Forwarded-For"),
  /** RFC 7239. */
  FORWARDED("Forwarded");

  /** An address with a port or without; the port may be hidden, too (RFC 7239 section 6). */
  private static final Pattern NODE =
      Pattern.compile(
          "(?:\\[(?<bracketed>[^\\]]*)\\]|(?<ipv4>[0-9.]+))(?::(?:[0-9]{1,5}|_[A-Za-z0-9._-]+))?");

  private final String text;

  /** In lower case, since Jersey copies every other name. */
  private final String key;

  ForwardedHeader(String text) {
    this.text = text;
    this.key = text.toLowerCase(Locale.ROOT);
  }

  /**
   * @throws IllegalArgumentException if the text is not one of the headers
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static ForwardedHeader of(String text) {
    return Arrays.stream(values())
        .filter(header -> header.key.equalsIgnoreCase(text.strip()))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("must be X-Forwarded-For or Forwarded"));
  }

  String key() {
    return key;
  }

  ForwardedHeader other() {
    return this == FORWARDED ? X_FORWARDED_FOR : FORWARDED;
  }

  /** Splits the value; the element that the last proxy added is the last. */
  List<String> elements(String value) {
    return split(value, ',');
  }

  /** Reads the address in an element; empty if it cannot be read, such as {@code unknown}. */
  Optional<InetAddress> address(String element) {
    if (this == X_FORWARDED_FOR) {
      return node(unquoted(element));
    }
    for (String pair : split(element, ';')) {
      int equals = pair.indexOf('=');
      if (equals >= 0 && pair.substring(0, equals).strip().equalsIgnoreCase("for")) {
        return node(unquoted(pair.substring(equals + 1).strip()));
      }
    }
    return Optional.empty();
  }

  /**
   * Splits at separators outside quoted strings; leaves out empty parts. If a quoted string does
   * not end, quotes have no meaning: a client could hide with one what the proxies appended.
   */
  private static List<String> split(String text, char separator) {
    List<String> parts = new ArrayList<>();
    boolean quoted = false;
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quoted && c == '\\') {
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == separator && !quoted) {
        parts.add(text.substring(start, i));
        start = i + 1;
      }
    }
    parts.add(text.substring(start));
    Stream<String> all =
        quoted
            ? Pattern.compile(Pattern.quote(String.valueOf(separator))).splitAsStream(text)
            : parts.stream();
    return all.map(String::strip).filter(part -> !part.isEmpty()).toList();
  }

  private static Optional<InetAddress> node(String text) {
    Matcher node = NODE.matcher(text);
    if (!node.matches()) {
      // An IPv6 address without brackets.
      return text.indexOf(':') < 0 ? Optional.empty() : IpAddress.parse(text);
    }
    return IpAddress.parse(
        Optional.ofNullable(node.group("bracketed")).orElseGet(() -> node.group("ipv4")));
  }

  private static String unquoted(String text) {
    return text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"")
        ? text.substring(1, text.length() - 1).replaceAll("\\\\(.)", "$1").strip()
        : text;
  }

  @JsonValue
  @Override
  public String toString() {
    return text;
  }
}
