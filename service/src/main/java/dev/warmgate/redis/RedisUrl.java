package dev.warmgate.redis;

import com.fasterxml.jackson.annotation.JsonCreator;
import dev.warmgate.network.LocalHost;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SslVerifyMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The URL of Redis, in any form that Lettuce supports, including Sentinel and TLS, or with several
 * nodes of a cluster. {@link #toString} does not reveal the password.
 */
public record RedisUrl(String text) {
  private static final String HOST = "(?:\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9_][A-Za-z0-9._-]*)";

  private static final String HOSTS = "hosts";
  private static final String HOST_AND_PORT = HOST + "(?::[0-9]{1,5})?";

  /**
   * Has at most one @: without percent-encoding Lettuce would take a part of the password for a
   * host, which is logged.
   */
  private static final Pattern FORM =
      Pattern.compile(
          "redis[a-z+-]*://(?:[^@/?#]*@)?"
              + ("(?<hosts>" + HOST_AND_PORT + "(?:," + HOST_AND_PORT + ")*)?")
              + "(?:/[^?#@]*)?(?:\\?(?<query>[^#@]*))?(?:#[^@]*)?");

  /** Lettuce ignores other parameters; names in lower case, as Lettuce compares them. */
  private static final Map<String, Pattern> PARAMETERS =
      Map.of(
          "timeout", Pattern.compile("[0-9]{1,9}(ns|us|ms|s|m|h|d)?"),
          "database", Pattern.compile("[0-9]{1,5}"),
          "verifypeer", Pattern.compile("(?i)none|ca|full"),
          "sentinelmasterid", Pattern.compile(".+"),
          "clientname", Pattern.compile(".+"),
          "libraryname", Pattern.compile(".+"),
          "libraryversion", Pattern.compile(".+"));

  /** Other clients' names for what makes a connection safe. */
  private static final Pattern SAFETY = Pattern.compile("ssl|tls|cert|verify");

  /**
   * @throws IllegalArgumentException if the text is not such a URL; the message does not repeat it,
   *     since it may contain a password
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public RedisUrl(String text) {
    this.text = text.strip();
    Matcher form = FORM.matcher(this.text);
    if (!form.matches()) {
      throw malformed(null);
    }
    var _ = warnings(form.group("query"));
    each(this.text).forEach(RedisUrl::requireReadable);
  }

  /** Returns the text for each of several nodes of a cluster, or the one text. */
  private static List<String> each(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches() || form.group(HOSTS) == null || isOfSentinels(text)) {
      return List.of(text);
    }
    return Arrays.stream(form.group(HOSTS).split(",", -1))
        .map(host -> text.substring(0, form.start(HOSTS)) + host + text.substring(form.end(HOSTS)))
        .toList();
  }

  private static void requireReadable(String text) {
    String host;
    try {
      host = RedisURI.create(text).getHost();
    } catch (IllegalArgumentException notAUrl) {
      throw malformed(notAUrl);
    }
    Matcher form = FORM.matcher(text);
    String hosts = form.matches() ? form.group(HOSTS) : null;
    String named = hosts == null ? null : hosts.replaceFirst("(:[0-9]{1,5})?(,.*)?$", "");
    if (host == null || host.equals(named)) {
      return;
    }
    // Lettuce takes a name with an underscore together with its port for a host.
    throw named != null && named.contains("_") && host.startsWith(named + ":")
        ? new IllegalArgumentException(
            "must not have a host name with an underscore before a port, which the driver cannot"
                + " read: leave out the port if it is 6379, or give the host another name")
        : malformed(null);
  }

  private static IllegalArgumentException malformed(@Nullable Throwable cause) {
    return new IllegalArgumentException(
        "must look like redis://:password@host:6379 or rediss://…, with special characters"
            + " percent-encoded, such as @ as %40",
        cause);
  }

  /** Returns one line for each parameter that has no effect; none repeats a value. */
  public List<String> warnings() {
    Matcher form = FORM.matcher(text);
    return form.matches() ? warnings(form.group("query")) : List.of();
  }

  private static List<String> warnings(@Nullable String query) {
    List<String> warnings = new ArrayList<>();
    for (String parameter : query == null || query.isEmpty() ? new String[0] : query.split("&")) {
      String[] parts = parameter.split("=", 2);
      String lower = parts[0].toLowerCase(Locale.ROOT);
      Pattern values = PARAMETERS.get(lower);
      // A name may be anything, such as a part of a password.
      String name = parts[0].matches("[A-Za-z_]{1,40}") ? parts[0] : "of an unreadable name";
      if (values == null && SAFETY.matcher(lower).find()) {
        throw new IllegalArgumentException(
            "the parameter " + name + " would have no effect: use rediss:// and verifyPeer");
      }
      if (values == null) {
        warnings.add("the parameter " + name + " has no effect");
      } else if (parts.length == 1 || !values.matcher(parts[1]).matches()) {
        throw new IllegalArgumentException(
            "the parameter " + name + " has a value that is not known");
      }
    }
    return warnings;
  }

  /** Whether each server's certificate is checked, or the server is on this host. */
  public boolean verifiesServer() {
    return uris().stream().allMatch(RedisUrl::isVerified);
  }

  private static boolean isVerified(RedisURI uri) {
    return (uri.isSsl() && uri.getVerifyMode() != SslVerifyMode.NONE)
        || isLocal(uri)
        || (!uri.getSentinels().isEmpty()
            && uri.getSentinels().stream().allMatch(RedisUrl::isLocal));
  }

  private static boolean isLocal(RedisURI uri) {
    return uri.getSocket() != null || (uri.getHost() != null && LocalHost.isNamedBy(uri.getHost()));
  }

  /** Whether the URL leads to Sentinels, which name the master. */
  boolean isOfSentinels() {
    return isOfSentinels(text);
  }

  private static boolean isOfSentinels(String text) {
    return text.substring(0, text.indexOf(':')).contains("sentinel");
  }

  /** Returns one for each node that the URL names; the Sentinels of a master are one. */
  List<RedisURI> uris() {
    return each(text).stream().map(RedisURI::create).toList();
  }

  @Override
  public String toString() {
    return "RedisUrl[…]";
  }
}
