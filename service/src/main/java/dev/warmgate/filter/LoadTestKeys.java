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
 * Lets a load test through the limits per client address, and through nothing else: its requests
 * carry a service key for that. Says who does so, once a minute; refuses any other key.
 */
public final class LoadTestKeys {
  /** Beside {@code Authorization}, which holds the token of the user that is played. */
  public static final String HEADER = "x-warmgate-load-test";

  private static final Logger log = LoggerFactory.getLogger(LoadTestKeys.class);
  private static final long MINUTE_NANOS = Duration.ofMinutes(1).toNanos();

  private final ServiceKeyVerification serviceKeys;
  private final LoadTestTrail trail;

  /** When a line was last written for a key; only for good ones, which are few. */
  private final ConcurrentMap<UUID, Long> told = new ConcurrentHashMap<>();

  /**
   * @param trail told as often as the log is
   */
  public LoadTestKeys(ServiceKeyVerification serviceKeys, LoadTestTrail trail) {
    this.serviceKeys = serviceKeys;
    this.trail = trail;
  }

  /**
   * @throws ApiException 401 if it is no key of ours, 403 if it lacks the scope
   */
  void require(String key) {
    ServiceCaller caller = serviceKeys.verify(key.strip());
    if (!caller.scopes().contains(Scopes.LOAD_TEST)) {
      throw new ApiException(ProblemType.FORBIDDEN);
    }
    long now = System.nanoTime();
    Long last = told.get(caller.keyId());
    if (last == null) {
      tell(caller, told.putIfAbsent(caller.keyId(), now) == null);
    } else if (now - last >= MINUTE_NANOS) {
      tell(caller, told.replace(caller.keyId(), last, now));
    }
  }

  /** Of several requests at once one writes the line. */
  private void tell(ServiceCaller caller, boolean first) {
    if (first) {
      trail.loadTestUsed(caller);
      log.info(
          "load test: no limits per address for key={} name={}", caller.keyId(), caller.name());
    }
  }
}
