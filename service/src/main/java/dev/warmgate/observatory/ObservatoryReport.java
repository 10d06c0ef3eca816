package dev.warmgate.observatory;

import dev.warmgate.database.Database;
import dev.warmgate.password.HashingGate;
import dev.warmgate.request.FilterSlot;
import dev.warmgate.request.FilterTrail;
import dev.warmgate.request.Timeline;
import dev.warmgate.servicekey.ServiceKeys;
import dev.warmgate.status.HealthBoard;
import dev.warmgate.telemetry.LoginLatency;
import dev.warmgate.token.CacheCounters;
import dev.warmgate.traffic.FilterLedger;
import dev.warmgate.traffic.RecentRequests;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything the observatory shows, at one moment; serialised as {@code /observatory.json}.
 *
 * @param ready whether the service accepts traffic: warm, PostgreSQL up, keys loaded
 * @param health the last result of every health check and its age
 * @param order the check of the filter order
 * @param endpoints every endpoint that was called, with its latest and slowest requests
 * @param ledger what the filters did with the last 1,000 requests of each lane
 * @param login latency and outcomes of the last 15 minutes
 * @param redisBreakerOpen whether the service skips Redis because it does not answer
 * @param traceUrl where to look at a trace, with {@code {trace_id}} in it; null if not configured
 */
public record ObservatoryReport(
    Instant generatedAt,
    Running process,
    boolean ready,
    Map<String, HealthBoard.Reading> health,
    Order order,
    List<Traffic> endpoints,
    FilterLedger.Summary ledger,
    Warmth warmup,
    LoginLatency.Summary login,
    HashingGate.Reading hashing,
    List<Database.Pool> pools,
    Caches caches,
    boolean redisBreakerOpen,
    TurnedAway turnedAway,
    @Nullable String traceUrl) {

  /** The running process. */
  public record Running(String version, Instant startedAt, long uptimeMs) {}

  /**
   * The filter order as declared, as registered and as observed.
   *
   * @param declared from {@code FilterOrder}
   * @param registered what Jersey runs
   * @param observed the last request that was out of order or, if there is none, the newest that
   *     ran every filter
   * @param inOrder whether the declared and the registered order are right and no request since the
   *     start was out of order
   */
  public record Order(
      List<FilterSlot> declared,
      List<FilterSlot> registered,
      List<FilterSlot> observed,
      boolean inOrder,
      RecentRequests.OrderCount verdict) {}

  /** One endpoint; {@code requests} counts since the start. */
  public record Traffic(
      String method, String route, long requests, List<Request> latest, List<Request> slowest) {}

  /** One request; the route is a template, or {@code unmatched} for a 404. */
  public record Request(
      long id,
      @Nullable String traceId,
      Instant startedAt,
      int status,
      @Nullable String lane,
      long totalMicros,
      List<Filter> filters,
      List<Timeline.Segment> segments) {}

  /** One filter of one request, in the order they ran. */
  public record Filter(
      String name,
      int priority,
      int order,
      FilterTrail.Outcome outcome,
      long offsetMicros,
      long micros) {}

  /**
   * What saves queries to PostgreSQL.
   *
   * @param verifiedTokens counted since the start, in memory and in Redis separately
   * @param serviceKeys how many are known, and their age
   */
  public record Caches(CacheCounters.Reading verifiedTokens, ServiceKeys.Reading serviceKeys) {}

  /** The warm-up; offsets count from the start of the process. */
  public record Warmth(boolean complete, List<Step> steps) {}

  /** One step of the warm-up. */
  public record Step(String name, String outcome, long startedMs, long durationMs, String detail) {}

  /** Requests refused to protect the service, since its start. */
  public record TurnedAway(long shedByHashingGate, long rateLimited, long rejectedByFilter) {}
}
