package dev.warmgate.mail;

import com.fasterxml.jackson.annotation.JsonCreator;
import dev.warmgate.network.LocalHost;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The address of the mail server: {@code smtps://user:password@host:465} for TLS from the first
 * byte, {@code smtp://user:password@host:587} for STARTTLS, which on another host is required
 * unless {@code ?starttls=off} says otherwise. {@link #toString} shows neither user nor password.
 *
 * @param user as the server expects it; {@code null} to send without a login
 */
public record SmtpUrl(
    String host, int port, @Nullable String user, @Nullable String password, Security security) {
  /** What protects the connection. */
  public enum Security {
    TLS,
    STARTTLS,
    NONE
  }

  private static final String HOST = "\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9_][A-Za-z0-9._-]*";

  /**
   * Has at most one @: a second one belongs to the password, and without percent-encoding a part of
   * the password would count as the host, which is logged.
   */
  private static final Pattern FORM =
      Pattern.compile(
          "(?<scheme>smtps?)://(?:(?<user>[^:@/]+):(?<password>[^@/]+)@)?"
              + ("(?<host>" + HOST + ")(?::(?<port>[0-9]+))?/?(?:\\?(?<query>[^#@]*))?"));

  private static final int TLS_PORT = 465;
  private static final int SUBMISSION_PORT = 587;

  /**
   * @throws IllegalArgumentException if the text is not such a URL; the message does not repeat it,
   *     since it holds a password
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static SmtpUrl parse(String text) {
    Matcher form = FORM.matcher(text.strip());
    if (!form.matches()) {
      throw malformed();
    }
    boolean tls = form.group("scheme").equals("smtps");
    String host = form.group("host").replaceAll("[\\[\\]]", "");
    return new SmtpUrl(
        host,
        port(form.group("port"), tls),
        decode(form.group("user")),
        decode(form.group("password")),
        security(tls, host, form.group("query")));
  }

  private static int port(@Nullable String digits, boolean tls) {
    if (digits == null) {
      return tls ? TLS_PORT : SUBMISSION_PORT;
    }
    if (digits.length() > 5 || Integer.parseInt(digits) < 1 || Integer.parseInt(digits) > 65_535) {
      throw new IllegalArgumentException("must have a port from 1 to 65535");
    }
    return Integer.parseInt(digits);
  }

  private static Security security(boolean tls, String host, @Nullable String query) {
    if (query == null || query.isEmpty()) {
      Security plain = LocalHost.isNamedBy(host) ? Security.NONE : Security.STARTTLS;
      return tls ? Security.TLS : plain;
    }
    if (!tls && query.equals("starttls=off")) {
      return Security.NONE;
    }
    if (!tls && query.equals("starttls=required")) {
      return Security.STARTTLS;
    }
    throw new IllegalArgumentException(
        "may have no parameter but starttls=required or starttls=off, and that with smtp:// only");
  }

  /** Whether nobody on the way can read or change what is sent. */
  public boolean isProtected() {
    return security != Security.NONE || LocalHost.isNamedBy(host);
  }

  private static @Nullable String decode(@Nullable String percentEncoded) {
    if (percentEncoded == null) {
      return null;
    }
    try {
      String decoded =
          URLDecoder.decode(percentEncoded.replace("+", "%2B"), StandardCharsets.UTF_8);
      if (decoded.chars().noneMatch(Character::isISOControl)) {
        return decoded;
      }
    } catch (IllegalArgumentException notPercentEncoded) {
      // Its message contains a part of the text.
    }
    throw malformed();
  }

  private static IllegalArgumentException malformed() {
    return new IllegalArgumentException(
        "must look like smtps://user:password@host:465 or smtp://user:password@host:587, with"
            + " special characters percent-encoded, such as @ as %40");
  }

  @Override
  public String toString() {
    String scheme = security == Security.TLS ? "smtps" : "smtp";
    return "%s://%s:%d".formatted(scheme, host.contains(":") ? "[" + host + "]" : host, port);
  }
}
