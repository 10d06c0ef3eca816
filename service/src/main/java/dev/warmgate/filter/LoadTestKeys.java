package dev.warmgate.filter;

import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.request.LoadTestTrail;
import dev.warmgate.request.Scopes;
import dev.warmgate.request.ServiceCaller;
import dev.warmgate.request.ServiceKeyVerification;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Exempts a load test from the limits per client address, and from nothing else: its requests carry
 * a service key for that. Logs the use of each key once a minute; refuses any other key.
 */
public final class LoadTestKeys {
  /** Separate from {@code Authorization}, which carries the token of the simulated user. */
  public static final String HEADER = "x-warmgate-load-test";

  private static final Logger log = LoggerFactory.getLogger(LoadTestKeys.class);
  private static final long MINUTE_NANOS = Duration.ofMinutes(1).toNanos();

  private final ServiceKeyVerification serviceKeys;
  private final LoadTestTrail trail;

  /** When the use of each key was last logged; only valid keys, which are few. */
  private final ConcurrentMap<UUID, Long> lastLogged = new ConcurrentHashMap<>();

  /**
   * @param trail gets one record for each log line
   */
  public LoadTestKeys(ServiceKeyVerification serviceKeys, LoadTestTrail trail) {
    this.serviceKeys = serviceKeys;
    this.trail = trail;
  }

  /**
   * @throws ApiException 401 if the key is not valid, 403 if it lacks the scope
   */
  void require(String key) {
    ServiceCaller caller = serviceKeys.verify(key.strip());
    if (!caller.scopes().contains(Scopes.LOAD_TEST)) {
      throw new ApiException(ProblemType.FORBIDDEN);
    }
    long now = System.nanoTime();
    Long last = lastLogged.get(caller.keyId());
    if (last == null) {
      logIf(caller, lastLogged.putIfAbsent(caller.keyId(), now) == null);
    } else if (now - last >= MINUTE_NANOS) {
      logIf(caller, lastLogged.replace(caller.keyId(), last, now));
    }
  }

  /** Lets one of several concurrent requests write the line. */
  private void logIf(ServiceCaller caller, boolean due) {
    if (due) {
      trail.loadTestUsed(caller);
      log.info(
          "load test: no limits per address for key={} name={}", caller.keyId(), caller.name());
    }
  }
}
