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
 * Tells another service how the database serves this one. It waits for no connection, so it answers
 * while requests hold them all.
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
   * The verified tokens that are remembered, since the start of the process.
   *
   * @param hits answered from this process or from Redis
   * @param hitRatio of all that were looked for; 0 before the first
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

  /** What spares the database questions. */
  public record Caches(TokenCache verifiedTokens, ServiceKeys.Reading serviceKeys) {}

  /** The answer; times in milliseconds. */
  public record Performance(
      List<DatabasePerformance.Pool> pools,
      DatabasePerformance.Percentiles queryMs,
      List<DatabasePerformance.Statement> slowestStatements,
      WarmupReport warmup,
      Caches caches,
      Database.Migrations migrations,
      double responseTimeMs) {}

  @GET
  @Operation(summary = "Tell how the database serves: pools, statements, caches, migrations")
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
