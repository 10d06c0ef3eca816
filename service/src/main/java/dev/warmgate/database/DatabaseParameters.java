package dev.warmgate.database;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;
import org.postgresql.ssl.DefaultJavaSSLFactory;

/**
 * The parameters of a database URL, as the driver names them. A parameter of libpq is mapped, one
 * that has no effect gets a warning, and one that would weaken or redirect the connection is
 * refused with a message that names it, without its value.
 */
final class DatabaseParameters {
  private static final String TARGET = "targetServerType";
  private static final String CONNECT_TIMEOUT = "connectTimeout";
  private static final String SYSTEM_CERTIFICATES = "system";

  /** The driver's names for libpq's. */
  private static final Map<String, String> LIBPQ =
      Map.of(
          "target_session_attrs", TARGET,
          "channel_binding", "channelBinding",
          "require_auth", "requireAuth",
          "gssencmode", "gssEncMode",
          "sslnegotiation", "sslNegotiation",
          "krbsrvname", "kerberosServerName",
          "keepalives", "tcpKeepAlive",
          "load_balance_hosts", "loadBalanceHosts",
          "connect_timeout", CONNECT_TIMEOUT,
          "application_name", "ApplicationName");

  private static final Map<String, Map<String, String>> LIBPQ_VALUES =
      Map.of(
          "target_session_attrs",
              Map.of(
                  "any", "any",
                  "read-write", "primary",
                  "primary", "primary",
                  "read-only", "secondary",
                  "standby", "secondary",
                  "prefer-standby", "preferSecondary"),
          "keepalives", Map.of("0", "false", "1", "true"),
          "load_balance_hosts", Map.of("disable", "false", "random", "true"));

  /** They name classes to load, files to write, or another server or user; in lower case. */
  private static final Set<String> REFUSED =
      Set.of(
          "socketfactory",
          "socketfactoryarg",
          "sslfactory",
          "sslfactoryarg",
          "sslhostnameverifier",
          "sslpasswordcallback",
          "authenticationpluginclassname",
          "connectexecutor",
          "connectexecutorarg",
          "classloaderstrategy",
          "xmlfactoryfactory",
          "loggerfile",
          "loggerlevel",
          "host",
          "hostaddr",
          "port",
          "dbname",
          "user",
          "password",
          "passfile",
          "service",
          "servicefile",
          "replication",
          "pghost",
          "pgport",
          "pgdbname");

  /** Warmgate's own settings replace them. */
  private static final Set<String> REPLACED =
      Set.of("socketTimeout", "prepareThreshold", "logServerErrorDetail");

  private static final Map<String, Pattern> VALUES =
      Map.of(
          "sslmode",
          Pattern.compile("disable|allow|prefer|require|verify-ca|verify-full"),
          "ssl",
          Pattern.compile("true|false|"),
          "channelBinding",
          Pattern.compile("disable|prefer|require"),
          "requireAuth",
          Pattern.compile("(!?(password|md5|gss|sspi|scram-sha-256|none),?)+"),
          "gssEncMode",
          Pattern.compile("disable|allow|prefer|require"),
          "sslNegotiation",
          Pattern.compile("postgres|direct"),
          CONNECT_TIMEOUT,
          Pattern.compile("[1-9][0-9]{0,2}"));

  /** With these values the service could not write. */
  private static final Map<String, Pattern> UNWRITABLE =
      Map.of(
          TARGET,
          Pattern.compile("slave|secondary|preferSlave|preferSecondary"),
          "readOnly",
          Pattern.compile("true"),
          "options",
          Pattern.compile(
              "(?is).*transaction[_-]read[_-]only(?!=(off?|f|fa|fal|fals|false|no?|0)(\\s|$)).*"));

  private static final Pattern SWITCH = Pattern.compile("true|false");
  private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,9}");

  private final Map<String, String> values = new LinkedHashMap<>();
  private final List<String> warnings = new ArrayList<>();

  /**
   * @throws IllegalArgumentException if a parameter is refused
   */
  DatabaseParameters(@Nullable String query) {
    for (String parameter : query == null || query.isEmpty() ? new String[0] : query.split("&")) {
      String[] parts = parameter.split("=", 2);
      add(decode(parts[0]), parts.length == 1 ? "" : decode(parts[1]));
    }
    if (SYSTEM_CERTIFICATES.equals(values.get("sslrootcert"))) {
      useSystemCertificates();
    }
  }

  private void add(String name, String value) {
    String target = LIBPQ.getOrDefault(name, name);
    boolean known = PGProperty.forName(target) != null;
    String lower = name.toLowerCase(Locale.ROOT);
    if (REFUSED.contains(lower)) {
      throw refused(name, "is not allowed");
    }
    // The driver would ignore it, and the connection would be less safe than it looks.
    if (!known && SafetyParameters.areUnsupported(name)) {
      throw refused(name, "is one of libpq's that the JDBC driver does not support; remove it");
    }
    if (!known && SafetyParameters.resemble(name)) {
      throw refused(name, "is not known; is it misspelt? The connection would be less safe");
    }
    if (!known || REPLACED.contains(target)) {
      warnings.add("the parameter " + printable(name) + " has no effect");
      return;
    }
    String mapped = LIBPQ_VALUES.getOrDefault(name, Map.of(value, value)).get(value);
    if (mapped == null || !isKnown(target, mapped)) {
      throw refused(
          name,
          target.equals(CONNECT_TIMEOUT)
              ? "must be from 1 to 999 seconds"
              : "has a value that is not known");
    }
    if (UNWRITABLE.containsKey(target) && UNWRITABLE.get(target).matcher(mapped).matches()) {
      throw refused(name, "leads to a session that cannot write");
    }
    if (values.putIfAbsent(target, mapped) != null) {
      throw refused(name, "is given twice");
    }
  }

  /** The driver accepts some unknown values, and fails at its first connection with others. */
  private static boolean isKnown(String name, String value) {
    Pattern form = VALUES.get(name);
    if (form != null) {
      return form.matcher(value).matches();
    }
    PGProperty property = Objects.requireNonNull(PGProperty.forName(name));
    if (property.getChoices() != null) {
      return List.of(property.getChoices()).contains(value);
    }
    String byDefault = Objects.requireNonNullElse(property.getDefaultValue(), "");
    return (!SWITCH.matcher(byDefault).matches() || SWITCH.matcher(value).matches())
        && (!NUMBER.matcher(byDefault).matches() || NUMBER.matcher(value).matches());
  }

  /** As libpq has it: the authorities that the system trusts, and no mode that trusts others. */
  private void useSystemCertificates() {
    if (!values.getOrDefault("sslmode", "verify-full").equals("verify-full")) {
      throw refused("sslrootcert", "may be system with sslmode=verify-full only");
    }
    values.remove("sslrootcert");
    values.put("sslfactory", DefaultJavaSSLFactory.class.getName());
    values.putIfAbsent("sslmode", "verify-full");
  }

  Set<String> names() {
    return Set.copyOf(values.keySet());
  }

  List<String> warnings() {
    return List.copyOf(warnings);
  }

  /**
   * Whether they ask for a check of the server's certificate; without a mode, ssl means
   * verify-full.
   */
  boolean verifyCertificate() {
    return values.containsKey("sslmode")
        ? values.get("sslmode").startsWith("verify-")
        : !values.getOrDefault("ssl", "false").equals("false");
  }

  /** Returns the query of a JDBC URL, with its question mark. */
  String query() {
    return values.isEmpty()
        ? ""
        : values.entrySet().stream()
            .map(one -> one.getKey() + "=" + encode(one.getValue()))
            .collect(Collectors.joining("&", "?", ""));
  }

  private static IllegalArgumentException refused(String name, String why) {
    return new IllegalArgumentException("the parameter " + printable(name) + " " + why);
  }

  /** A name may be anything, such as a part of a password that is not percent-encoded. */
  private static String printable(String name) {
    return name.matches("[A-Za-z_]{1,40}") ? name : "of an unreadable name";
  }

  private static String encode(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static String decode(String percentEncoded) {
    try {
      return URLDecoder.decode(percentEncoded.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException notPercentEncoded) {
      // The original message contains a part of the text.
      throw new IllegalArgumentException("a parameter is not percent-encoded");
    }
  }
}
