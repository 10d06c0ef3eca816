package dev.warmgate.passkey;

import dev.warmgate.network.HostName;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The relying party: the domain that passkeys belong to, and who may use them.
 *
 * @param id the domain, which browsers bind passkeys to
 * @param origins as browsers and apps send them
 * @param coversIssuer whether the issuer, which has the account pages, is among them
 */
public record PasskeySite(String id, Set<String> origins, boolean coversIssuer) {
  private static final Pattern URL = Pattern.compile("^(https?)://([^/:\\[]+)(?::([0-9]+))?");

  /**
   * Returns the site, unless there can be none: passkeys belong to a name, and the issuer may have
   * only a number.
   *
   * @param issuer where clients reach the service
   */
  public static Optional<PasskeySite> of(PasskeysConfiguration configuration, String issuer) {
    Matcher url = URL.matcher(issuer.toLowerCase(Locale.ROOT));
    String host = url.find() ? url.group(2) : "";
    String id = configuration.rpId() == null ? host : configuration.rpId();
    if (!isDomain(id)) {
      return Optional.empty();
    }
    Set<String> origins = new LinkedHashSet<>(configuration.origins());
    boolean covers = isWithin(host, id);
    if (covers) {
      origins.add(origin(url.group(1), host, url.group(3)));
    }
    return Optional.of(new PasskeySite(id, origins, covers));
  }

  /** Whether somebody can use passkeys, and each of the origins may by the rules of browsers. */
  boolean isConsistent() {
    return !origins.isEmpty()
        && origins.stream()
            .map(URL::matcher)
            .filter(Matcher::find)
            .allMatch(url -> isWithin(url.group(2), id));
  }

  private static boolean isDomain(String host) {
    return HostName.isName(host) && !Character.isDigit(host.charAt(host.lastIndexOf('.') + 1));
  }

  private static boolean isWithin(String host, String domain) {
    return host.equals(domain) || host.endsWith("." + domain);
  }

  /** Browsers leave out the port that the scheme implies. */
  private static String origin(String scheme, String host, @Nullable String port) {
    String implied = scheme.equals("https") ? "443" : "80";
    return scheme + "://" + host + (port == null || port.equals(implied) ? "" : ":" + port);
  }
}
