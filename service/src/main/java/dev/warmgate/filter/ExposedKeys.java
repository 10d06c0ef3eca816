package dev.warmgate.filter;

import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.request.ExposedKeyTrail;
import dev.warmgate.request.ServiceCaller;
import dev.warmgate.request.ServiceKeyVerification;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Refuses the keys of services that browsers send, because everybody can read them in the page's
 * source, and records which key has to be revoked.
 */
public final class ExposedKeys {
  /** The header in which clients of the Supabase form send keys. */
  public static final String API_KEY = "apikey";

  private static final String BEARER = "bearer ";

  /** Browsers alone send it; Node.js sends {@code Sec-Fetch-Mode}, too. */
  private static final String SITE = "sec-fetch-site";

  private final ServiceKeyVerification keys;
  private final ExposedKeyTrail trail;

  public ExposedKeys(ServiceKeyVerification keys, ExposedKeyTrail trail) {
    this.keys = keys;
    this.trail = trail;
  }

  /**
   * @throws ApiException 403 if the request comes from a browser and has the key of a service
   */
  void refuse(ContainerRequestContext request) {
    if (!isFromBrowser(request)) {
      return;
    }
    Optional<String> key =
        Stream.of(header(request, API_KEY), bearer(request))
            .map(String::strip)
            .filter(sent -> sent.startsWith(ServiceCaller.KEY_PREFIX))
            .findFirst();
    if (key.isPresent()) {
      find(key.get()).ifPresent(trail::keyExposed);
      throw new ApiException(
          ProblemType.FORBIDDEN, "A browser has sent the key of a service: revoke the key");
    }
  }

  private static boolean isFromBrowser(ContainerRequestContext request) {
    return request.getHeaderString("origin") != null || request.getHeaderString(SITE) != null;
  }

  private static String bearer(ContainerRequestContext request) {
    String header = header(request, "authorization");
    return header.regionMatches(true, 0, BEARER, 0, BEARER.length())
        ? header.substring(BEARER.length())
        : "";
  }

  private static String header(ContainerRequestContext request, String name) {
    String value = request.getHeaderString(name);
    return value == null ? "" : value;
  }

  private Optional<ServiceCaller> find(String key) {
    try {
      return Optional.of(keys.verify(key));
    } catch (ApiException unknown) {
      return Optional.empty();
    }
  }
}
