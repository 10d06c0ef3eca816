package dev.warmgate.telemetry;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import java.util.List;

/**
 * All telemetry names that Warmgate emits, so that dashboards, alerts and tests can be checked
 * against one place.
 */
public final class Telemetry {
  public static final String SCOPE = "dev.warmgate";

  public static final AttributeKey<String> FILTER_NAME =
      AttributeKey.stringKey("warmgate.filter.name");
  public static final AttributeKey<Long> FILTER_ORDER =
      AttributeKey.longKey("warmgate.filter.order");
  public static final AttributeKey<Long> FILTER_PRIORITY =
      AttributeKey.longKey("warmgate.filter.priority");
  public static final AttributeKey<String> FILTER_OUTCOME =
      AttributeKey.stringKey("warmgate.filter.outcome");
  public static final AttributeKey<String> FILTER_LANE =
      AttributeKey.stringKey("warmgate.filter.lane");
  public static final AttributeKey<String> FILTER_REASON =
      AttributeKey.stringKey("warmgate.filter.reason");
  public static final AttributeKey<String> CACHE_TIER =
      AttributeKey.stringKey("warmgate.cache.tier");
  public static final AttributeKey<String> CACHE_RESULT =
      AttributeKey.stringKey("warmgate.cache.result");
  public static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("warmgate.outcome");

  /** On the span of a request: a measurement of it became an exemplar, so its trace is kept. */
  public static final AttributeKey<Boolean> EXEMPLAR = AttributeKey.booleanKey("warmgate.exemplar");

  /** On the span of a request that admission or a limit turned away: the code of the problem. */
  public static final AttributeKey<String> REFUSAL = AttributeKey.stringKey("warmgate.refusal");

  /** On a span: what has failed, of the service or of what it needs. No client causes it alone. */
  public static final AttributeKey<String> FAILURE = AttributeKey.stringKey("warmgate.failure");

  /** On the span of a request that took the service itself {@link LoginLatency#LINE_MS}. */
  public static final AttributeKey<Boolean> SLOW = AttributeKey.booleanKey("warmgate.slow");

  /** A port of the service: application, admin. */
  public static final AttributeKey<String> PORT = AttributeKey.stringKey("warmgate.port");

  /** A step of the warm-up. */
  public static final AttributeKey<String> STEP = AttributeKey.stringKey("warmgate.step");

  /**
   * A rate limit: login, register, refresh, refresh_forged, password, failed_login, mail, proof,
   * failed_code, unproven, unproven_client, factor, failed_factor, other.
   */
  public static final AttributeKey<String> LIMIT = AttributeKey.stringKey("warmgate.limit");

  /** A scheme of password hashes, such as bcrypt. */
  public static final AttributeKey<String> HASH_SCHEME =
      AttributeKey.stringKey("warmgate.hash.scheme");

  /** A kind of second factor: totp, passkey, recovery_code. */
  public static final AttributeKey<String> FACTOR_KIND =
      AttributeKey.stringKey("warmgate.factor.kind");

  /** A kind of mail, such as reset. */
  public static final AttributeKey<String> MAIL_KIND = AttributeKey.stringKey("warmgate.mail.kind");

  /** A health check: database, redis, signing-keys, warm-up, mail and Dropwizard's own. */
  public static final AttributeKey<String> CHECK = AttributeKey.stringKey("warmgate.check");

  /** A run of the load gate. */
  public static final AttributeKey<String> LOAD_TEST_RUN =
      AttributeKey.stringKey("warmgate.load_test.run");

  /** Followed by the filter's name, for example {@code filter rate-limit}. */
  public static final String SPAN_FILTER_PREFIX = "filter ";

  public static final String SPAN_HASHING_WAIT = "hashing wait";
  public static final String SPAN_HASHING_COMPUTE = "hashing compute";
  public static final String SPAN_TOKEN_VERIFY = "token verify";
  public static final String SPAN_FACTOR_VERIFY = "factor verify";
  public static final String SPAN_MAIL_SEND = "mail send";
  public static final String SPAN_WARMUP_PREFIX = "warm-up ";

  /** Seconds a hash waited for a thread. */
  public static final String HASHING_WAIT = "warmgate.hashing.wait";

  /** Seconds a hash took to compute. */
  public static final String HASHING_COMPUTE = "warmgate.hashing.compute";

  /** Hashes that currently wait for a thread. */
  public static final String HASHING_QUEUED = "warmgate.hashing.queued";

  /** Hashing work that is currently admitted, waiting or running. */
  public static final String HASHING_ADMITTED = "warmgate.hashing.admitted";

  /** The current maximum of admitted hashing work. */
  public static final String HASHING_CAPACITY = "warmgate.hashing.capacity";

  /** Hashes refused because the queue was full. */
  public static final String HASHING_SHED = "warmgate.hashing.shed";

  /**
   * Accounts whose password hash is another service's, by {@link #HASH_SCHEME}: no login has
   * replaced it yet.
   */
  public static final String HASHING_FOREIGN = "warmgate.hashing.foreign";

  /** Refresh attempts by {@link #OUTCOME}: rotated, graced, suspected, reused, refused. */
  public static final String REFRESH_ATTEMPTS = "warmgate.refresh.attempts";

  /** 1 while the circuit breaker for Redis is open, else 0. */
  public static final String REDIS_BREAKER = "warmgate.redis.breaker";

  /**
   * Lookups in the token cache, by {@link #CACHE_TIER} (local, shared) and {@link #CACHE_RESULT}
   * (hit, miss).
   */
  public static final String CACHE_REQUESTS = "warmgate.cache.requests";

  /** Age of the current signing key in seconds; too high if rotation fails. */
  public static final String SIGNING_KEY_AGE = "warmgate.signing_key.age";

  /** Requests refused by a rate limit, by {@link #LIMIT}. */
  public static final String RATE_LIMITED = "warmgate.rate_limited";

  /** Requests that a trusted proxy forwarded without a client address that can be read. */
  public static final String ADDRESS_UNREADABLE = "warmgate.client_address.unreadable";

  /** Counts the requests of a flood that are in no trace. */
  public static final String TRACE_UNRECORDED = "warmgate.trace.unrecorded";

  /**
   * Requests ended before they were complete, by {@link #OUTCOME}: timeout, address, full,
   * too_large, broken.
   */
  public static final String UNFINISHED_REFUSED = "warmgate.unfinished.refused";

  /** Requests whose bodies have not arrived, or whose answers have not been read, completely. */
  public static final String UNFINISHED_REQUESTS = "warmgate.unfinished.requests";

  /** Bytes of memory that they take. */
  public static final String UNFINISHED_HELD = "warmgate.unfinished.held_bytes";

  /** Open connections, by {@link #PORT}. */
  public static final String CONNECTIONS_OPEN = "warmgate.connections.open";

  /** Most connections that may be open, by {@link #PORT}. */
  public static final String CONNECTIONS_LIMIT = "warmgate.connections.limit";

  /**
   * Connections closed because too many were open, by {@link #PORT} and {@link #OUTCOME}: address,
   * total.
   */
  public static final String CONNECTIONS_REFUSED = "warmgate.connections.refused";

  /** Failed attempts that exceeded the rate of the audit trail and were not recorded. */
  public static final String AUDIT_DROPPED = "warmgate.audit.dropped";

  /** Attempts to deliver an event to a webhook, by {@link #OUTCOME}: delivered, failed, dead. */
  public static final String WEBHOOK_ATTEMPTS = "warmgate.webhook.attempts";

  /**
   * Attempts to send a mail, by {@link #OUTCOME}: sent, failed (tried again later), refused by the
   * mail server, given_up, withheld.
   */
  public static final String MAIL_ATTEMPTS = "warmgate.mail.attempts";

  /** Mails in the outbox that are neither sent nor given up. */
  public static final String MAIL_QUEUED = "warmgate.mail.queued";

  /** Age of the oldest of them in seconds. */
  public static final String MAIL_OLDEST = "warmgate.mail.oldest";

  /** Seconds the mail server took for an attempt. */
  public static final String MAIL_SMTP_DURATION = "warmgate.mail.smtp.duration";

  /** Codes of mails that were entered, by {@link #OUTCOME}: right, wrong, blocked. */
  public static final String CODE_ATTEMPTS = "warmgate.code.attempts";

  /**
   * Second factors that were presented, by {@link #FACTOR_KIND} and {@link #OUTCOME}: accepted,
   * refused, replayed, limited.
   */
  public static final String FACTOR_ATTEMPTS = "warmgate.factor.attempts";

  /** Passwords checked for known breaches, by {@link #OUTCOME}: clean, breached, missed. */
  public static final String PASSWORD_BREACH_CHECKS = "warmgate.password.breach_checks";

  /** Seconds a login request took, by {@link #OUTCOME}: success, refused, limited, shed, failed. */
  public static final String LOGIN_DURATION = "warmgate.login.duration";

  /** Seconds a step of the warm-up took, by {@link #STEP} and {@link #OUTCOME}. */
  public static final String WARMUP_DURATION = "warmgate.warmup.duration";

  /** 1 while the service is ready, else 0. */
  public static final String READY = "warmgate.ready";

  /** 1 if the last run of a health check was healthy, else 0; by {@link #CHECK}. */
  public static final String HEALTH = "warmgate.health";

  /** 1 while PostgreSQL answers but refuses to write, else 0. */
  public static final String DATABASE_READ_ONLY = "warmgate.database.read_only";

  /** 1 while PostgreSQL's commits wait for a synchronous standby, else 0. */
  public static final String DATABASE_COMMITS_WAIT = "warmgate.database.commits_wait";

  /**
   * Requests by what a filter did with them: {@link #FILTER_NAME}, {@link #FILTER_OUTCOME} and
   * {@link #FILTER_LANE} (fast, full, or none for a request that was refused before its lane was
   * chosen).
   */
  public static final String FILTER_REQUESTS = "warmgate.filter.requests";

  /** Seconds a filter took in the requests that are recorded, by the same attributes. */
  public static final String FILTER_DURATION = "warmgate.filter.duration";

  /** Requests whose filters did not run in the declared order. */
  public static final String FILTER_ORDER_VIOLATIONS = "warmgate.filter.order_violations";

  /** 1 during a run of the load gate, {@link #LOAD_TEST_RUN}, and 0 after it. */
  public static final String LOAD_TEST_ACTIVE = "warmgate.load_test.active";

  /** Bucket bounds in seconds, for durations that are usually microseconds. */
  public static final List<Double> FILTER_BUCKETS =
      List.of(
          0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
          0.05, 0.1, 0.25, 1.5);

  /** Bucket bounds in seconds; they contain every latency target (0.05, 0.1, 0.2 and 1.5 s). */
  public static final List<Double> LATENCY_BUCKETS =
      List.of(
          0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.2, 0.25, 0.5, 0.75, 1.0, 1.5, 2.5,
          5.0, 10.0);

  private Telemetry() {}

  /**
   * Returns whether a tracer is active; there is none without the agent, or with a disabled one.
   */
  public static boolean isTracing(OpenTelemetry telemetry) {
    Span probe = telemetry.getTracer(SCOPE).spanBuilder("start").startSpan();
    probe.end();
    // Valid even if this span is not sampled.
    return probe.getSpanContext().isValid();
  }
}
