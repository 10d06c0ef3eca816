package dev.warmgate.token;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.redis.Redis;
import dev.warmgate.request.Caller;
import dev.warmgate.request.TokenVerification;
import dev.warmgate.revocation.RevocationFeed;
import dev.warmgate.revocation.Revoked;
import dev.warmgate.secret.SecretKeys;
import dev.warmgate.telemetry.Telemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Verifies access tokens and that their sessions are active; caches the results in the process and
 * in Redis, and checks them against the revocation feed at every use. While PostgreSQL is
 * unavailable, cached tokens are accepted for {@code verify.max_stale}; after that, and for all
 * other tokens at once, the response is a 503.
 */
public final class VerifiedTokens implements TokenVerification {
  private static final int MAX_REMEMBERED = 50_000;
  private static final Duration SOON = Duration.ofSeconds(1);

  /**
   * Stands for the time of an opening that only the database knows. Any end of all sessions of the
   * account that the feed still holds covers it, so PostgreSQL decides in that case.
   */
  private static final Instant OPENED_UNKNOWN = Instant.EPOCH;

  private final TokenVerifier verifier;
  private final TokenStateDao sessions;
  private final RevocationFeed revocations;
  private final SharedTokens shared;
  private final Clock clock;
  private final boolean enabled;
  private final long ttlMillis;
  private final long maxStaleNanos;
  private final Cache<TokenHash, CachedToken> local;
  private final ConcurrentMap<TokenHash, CompletableFuture<CachedToken>> running =
      new ConcurrentHashMap<>();
  private final CacheCounters counters;
  private final Tracer tracer;

  /**
   * @param secrets the newest one encrypts the entries in Redis
   * @param enabled {@code false} ({@code TOKEN_CACHE=off}) queries PostgreSQL for every token
   */
  public VerifiedTokens(
      TokenVerifier verifier,
      TokenStateDao sessions,
      RevocationFeed revocations,
      Redis redis,
      SecretKeys secrets,
      VerifyConfiguration configuration,
      boolean enabled,
      Clock clock,
      OpenTelemetry telemetry) {
    this.verifier = verifier;
    this.sessions = sessions;
    this.revocations = revocations;
    this.shared = new SharedTokens(redis, secrets.newest());
    this.clock = clock;
    this.enabled = enabled;
    this.ttlMillis = configuration.ttl().toMilliseconds();
    this.maxStaleNanos = configuration.maxStale().toNanoseconds();
    this.local =
        Caffeine.newBuilder()
            .maximumSize(MAX_REMEMBERED)
            .expireAfterWrite(configuration.ttl().toJavaDuration())
            .build();
    this.counters = new CacheCounters(telemetry);
    this.tracer = telemetry.getTracer(Telemetry.SCOPE);
  }

  /** Returns the cache's counts since the start. */
  public CacheCounters.Reading read() {
    return counters.read(local.estimatedSize());
  }

  /**
   * @throws ApiException 401 if the token is invalid or its session has ended, 503 if that cannot
   *     be checked
   */
  @Override
  public Caller verify(String token) {
    // Most requests are not traced and most tokens are cached; a span would then dominate the cost.
    if (!Span.current().isRecording()) {
      return find(token, Span.getInvalid());
    }
    Span span = tracer.spanBuilder(Telemetry.SPAN_TOKEN_VERIFY).startSpan();
    try (Scope _ = span.makeCurrent()) {
      return find(token, span);
    } finally {
      span.end();
    }
  }

  /**
   * Caches the token of a session that was just stored, so that no replica queries PostgreSQL for
   * its first use. As with any cached token, revocations are checked at every use.
   *
   * @param sessionLifetime how long the session lasts at most
   */
  public void add(TokenIssuer.Issued issued, Duration sessionLifetime) {
    if (!enabled) {
      return;
    }
    long now = clock.millis();
    long until =
        Math.min(
            now + Math.min(ttlMillis, sessionLifetime.toMillis()),
            issued.caller().tokenExpiresAt().toEpochMilli());
    store(
        issued.token(),
        TokenHash.of(issued.token()),
        CachedToken.of(issued.caller(), issued.keyId(), OPENED_UNKNOWN, until));
  }

  /**
   * Verifies a token and returns all its claims.
   *
   * @throws ApiException as {@link #verify}
   */
  public Map<String, Object> claims(String token) {
    verify(token);
    return TokenVerifier.claims(token);
  }

  private Caller find(String token, Span span) {
    TokenVerifier.requirePlausible(token);
    if (!enabled) {
      return ask(token).caller();
    }
    TokenHash hash = TokenHash.of(token);
    CachedToken known = local.getIfPresent(hash);
    if (known != null && clock.millis() < known.untilMillis()) {
      if (!revocations.isFresh(maxStaleNanos)) {
        throw ApiException.retryAfter(ProblemType.DATABASE_UNAVAILABLE, SOON);
      }
      if (!known.isRevoked(revocations)) {
        counters.countLocal(true);
        span.setAttribute(Telemetry.CACHE_TIER, CacheCounters.LOCAL);
        return known.caller();
      }
    }
    counters.countLocal(false);
    CachedToken found = once(token, hash);
    // The shared lookup may have started before a revocation that precedes this request.
    return (found.isRevoked(revocations) ? ask(token) : found).caller();
  }

  /** Concurrent requests with the same token share one lookup. */
  private CachedToken once(String token, TokenHash hash) {
    CompletableFuture<CachedToken> own = new CompletableFuture<>();
    CompletableFuture<CachedToken> concurrent = running.putIfAbsent(hash, own);
    if (concurrent != null) {
      return result(concurrent);
    }
    try {
      own.complete(recall(token, hash).orElseGet(() -> learn(token, hash)));
    } catch (RuntimeException | Error failed) {
      own.completeExceptionally(failed);
    } finally {
      running.remove(hash, own);
    }
    return result(own);
  }

  private static CachedToken result(CompletableFuture<CachedToken> found) {
    try {
      return found.join();
    } catch (CompletionException failed) {
      switch (failed.getCause()) {
        case RuntimeException refusal -> throw refusal;
        case Error error -> throw error;
        default -> throw failed;
      }
    }
  }

  /** Looks the token up in Redis, where other replicas, or this one before a restart, cached it. */
  private Optional<CachedToken> recall(String token, TokenHash hash) {
    if (!revocations.isFresh(maxStaleNanos)) {
      return Optional.empty();
    }
    Optional<CachedToken> found =
        shared
            .find(token, hash)
            .filter(cached -> clock.millis() < cached.untilMillis())
            .filter(cached -> !cached.isRevoked(revocations));
    counters.countShared(found.isPresent());
    found.ifPresent(cached -> local.put(hash, cached));
    return found;
  }

  private CachedToken learn(String token, TokenHash hash) {
    CachedToken learned = ask(token);
    // The feed keeps revocations longer than tokens live, so it has any that PostgreSQL's answer
    // does not reflect; the next use detects later ones.
    if (!learned.isRevoked(revocations)) {
      store(token, hash, learned);
    }
    return learned;
  }

  private void store(String token, TokenHash hash, CachedToken valid) {
    local.put(hash, valid);
    long left = valid.untilMillis() - clock.millis();
    if (left > 0) {
      shared.put(token, hash, valid, Duration.ofMillis(left));
    }
  }

  /** Checks signature and claims, then the session in PostgreSQL. */
  private CachedToken ask(String token) {
    TokenVerifier.Signed signed = verifier.verify(token);
    Caller caller = signed.caller();
    // The query below covers an end of all sessions of the account, which depends on the session's
    // age.
    if (revocations.isRevoked(Revoked.key(signed.keyId()))) {
      throw new ApiException(ProblemType.INVALID_TOKEN);
    }
    if (revocations.isRevoked(Revoked.session(caller.sessionId()))) {
      throw new ApiException(ProblemType.SESSION_ENDED);
    }
    long now = clock.millis();
    TokenStateDao.ActiveSession session =
        sessions
            .find(caller.sessionId(), caller.accountId())
            .orElseThrow(() -> new ApiException(ProblemType.SESSION_ENDED));
    long until =
        Math.min(
            now + Math.min(ttlMillis, session.millisLeft()),
            caller.tokenExpiresAt().toEpochMilli());
    return CachedToken.of(caller, signed.keyId(), session.openedAt(), until);
  }
}
