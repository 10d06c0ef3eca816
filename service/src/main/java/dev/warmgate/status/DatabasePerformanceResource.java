package dev.warmgate.status;

import dev.warmgate.database.Database;
import dev.warmgate.database.DatabasePerformance;
import dev.warmgate.request.Authenticated;
import dev.warmgate.request.RequestContext;
import dev.warmgate.request.Scopes;
import dev.warmgate.servicekey.ServiceKeys;
import dev.warmgate.token.CacheCounters;
import dev.warmgate.token.VerifiedTokens;
import dev.warmgate.warmup.Warmup;
import dev.warmgate.warmup.WarmupReport;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;

/**
 * Reports the database performance of this service to other services. It needs no connection, so it
 * responds even if the pool is exhausted.
 */
@Path("/api/v1/database/performance")
@Produces(MediaType.APPLICATION_JSON)
@Authenticated(roles = Authenticated.SERVICE, scopes = Scopes.PERFORMANCE)
public final class DatabasePerformanceResource {
  private final DatabasePerformance performance;
  private final Warmup warmup;
  private final VerifiedTokens tokens;
  private final ServiceKeys serviceKeys;

  public DatabasePerformanceResource(
      DatabasePerformance performance,
      Warmup warmup,
      VerifiedTokens tokens,
      ServiceKeys serviceKeys) {
    this.performance = performance;
    this.warmup = warmup;
    this.tokens = tokens;
    this.serviceKeys = serviceKeys;
  }

  /**
   * The cache of verified tokens, since the start of the process.
   *
   * @param hits found in this process or in Redis
   * @param hitRatio share of all lookups; 0 before the first one
   */
  public record TokenCache(long size, long hits, long misses, double hitRatio) {
    static TokenCache of(CacheCounters.Reading read) {
      long hits = read.localHits() + read.sharedHits();
      long all = hits + read.misses();
      return new TokenCache(
          read.size(),
          hits,
          read.misses(),
          all == 0 ? 0 : Math.round(1000.0 * hits / all) / 1000.0);
    }
  }

  /** The caches that save queries. */
  public record Caches(TokenCache verifiedTokens, ServiceKeys.Reading serviceKeys) {}

  /** The report; times in milliseconds. */
  public record Performance(
      List<DatabasePerformance.Pool> pools,
      DatabasePerformance.Percentiles queryMs,
      List<DatabasePerformance.Statement> slowestStatements,
      WarmupReport warmup,
      Caches caches,
      Database.Migrations migrations,
      double responseTimeMs) {}

  @GET
  @Operation(summary = "Report database performance: pools, statements, caches and migrations")
  public Performance read() {
    DatabasePerformance.Reading read = performance.read();
    return new Performance(
        read.pools(),
        read.queryMs(),
        read.slowestStatements(),
        warmup.report(),
        new Caches(TokenCache.of(tokens.read()), serviceKeys.read()),
        read.migrations(),
        RequestContext.current().elapsedMillis());
  }
}
