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
 * @param warnings name the parameters that have no effect
 * @param verifiesServer whether the server's certificate is checked, or the server is on this host
 */
public record DatabaseUrl(
    String jdbcUrl, String user, String password, List<String> warnings, boolean verifiesServer) {
  private static final Pattern FORM =
      Pattern.compile(
          "postgres(?:ql)?://(?<user>[^:@/]+)(?::(?<password>[^@/]*))?@(?<hosts>[^/?#]+)"
              + "/(?<database>[^?#]+)(?:\\?(?<query>[^#]*))?");

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

  /** Whether the URL has that parameter of the driver. */
  boolean sets(String parameter) {
    return jdbcUrl.contains("?" + parameter + "=") || jdbcUrl.contains("&" + parameter + "=");
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
        "must look like postgres://user:password@host:5432/database?sslmode=require, with"
            + " special characters in the password percent-encoded");
  }

  @Override
  public String toString() {
    return jdbcUrl.replaceAll("\\?.*", "");
  }
}
