package dev.warmgate.database;

import com.fasterxml.jackson.annotation.JsonCreator;
import dev.warmgate.network.LocalHost;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The address of PostgreSQL, as platforms provide it: {@code
 * postgres://user:password@host:port/database?sslmode=require}, with several hosts separated by
 * commas. {@link #toString} hides the password.
 *
 * @param parameters the names of those that the driver gets
 * @param warnings name the parameters that have no effect
 * @param verifiesServer whether the server's certificate is checked, or the server is on this host
 */
public record DatabaseUrl(
    String jdbcUrl,
    String user,
    String password,
    Set<String> parameters,
    List<String> warnings,
    boolean verifiesServer) {
  private static final String HOST =
      "(?:\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9_][A-Za-z0-9._-]*)(?::[0-9]+)?";

  /**
   * Has only one @: a second one belongs to the password, and without percent-encoding a part of
   * the password would count as a host or a database, which are logged.
   */
  private static final Pattern FORM =
      Pattern.compile(
          "postgres(?:ql)?://(?<user>[^:@/]+)(?::(?<password>[^@/]*))?@"
              + ("(?<hosts>" + HOST + "(?:," + HOST + ")*)")
              + "/(?<database>[^/?#@&=]+)(?:\\?(?<query>[^#@]*))?");

  private static final Pattern PORT = Pattern.compile(":([0-9]+)(?=,|$)");

  private static final Set<String> DEFAULTS =
      Set.of(
          "postgres", "password", "changeme", "change-me", "secret", "admin", "root", "warmgate");

  /**
   * @throws IllegalArgumentException if the text is not such a URL; the message does not repeat it,
   *     since it holds a password
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static DatabaseUrl parse(String text) {
    Matcher form = FORM.matcher(text.strip());
    if (!form.matches()) {
      throw malformed();
    }
    if (PORT.matcher(form.group("hosts")).results().anyMatch(port -> !isPort(port.group(1)))) {
      throw new IllegalArgumentException("must have ports from 1 to 65535");
    }
    DatabaseParameters parameters = new DatabaseParameters(form.group("query"));
    String password = form.group("password") == null ? "" : form.group("password");
    return new DatabaseUrl(
        "jdbc:postgresql://"
            + form.group("hosts")
            + "/"
            + form.group("database")
            + parameters.query(),
        decode(form.group("user")),
        decode(password),
        parameters.names(),
        parameters.warnings(),
        parameters.verifyCertificate()
            || Arrays.stream(form.group("hosts").split(",", -1)).allMatch(LocalHost::isNamedBy));
  }

  /**
   * Whether the password is empty, the user's name, or a common default. A client certificate needs
   * no password.
   */
  public boolean hasWeakPassword() {
    String known = password.toLowerCase(Locale.ROOT);
    return password.isEmpty()
        ? !sets("sslkey")
        : known.equals(user.toLowerCase(Locale.ROOT)) || DEFAULTS.contains(known);
  }

  /** Whether the URL names several servers, of which one is the primary. */
  boolean hasSeveralHosts() {
    return jdbcUrl.replaceAll("\\?.*", "").contains(",");
  }

  /** Whether the URL has that parameter of the driver. */
  boolean sets(String parameter) {
    return parameters.contains(parameter);
  }

  private static boolean isPort(String digits) {
    return digits.length() <= 5
        && Integer.parseInt(digits) >= 1
        && Integer.parseInt(digits) <= 65_535;
  }

  private static String decode(String percentEncoded) {
    try {
      return URLDecoder.decode(percentEncoded.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException notPercentEncoded) {
      // The original message contains a part of the text.
      throw malformed();
    }
  }

  private static IllegalArgumentException malformed() {
    return new IllegalArgumentException(
        "must look like postgres://user:password@host:5432/database?sslmode=verify-full, with"
            + " special characters percent-encoded, such as @ as %40");
  }

  @Override
  public String toString() {
    return jdbcUrl.replaceAll("\\?.*", "");
  }
}
