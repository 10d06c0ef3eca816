package dev.warmgate.status;

import dev.warmgate.request.FastLane;
import dev.warmgate.request.Public;
import dev.warmgate.request.RequestContext;
import dev.warmgate.request.Watched;
import dev.warmgate.telemetry.Latencies;
import dev.warmgate.warmup.Warmup;
import dev.warmgate.warmup.WarmupReport;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/**
 * Responds with 200 while the process runs. It reports the latest known state of the dependencies,
 * with its age, and never waits for a pool, a connection or a check.
 */
@Path("/api/v1/auth/ping")
@Produces(MediaType.APPLICATION_JSON)
@Public
@FastLane
public final class PingResource {
  /** The latency target of this endpoint in milliseconds. */
  private static final long TARGET_MS = 200;

  private final HealthBoard board;
  private final Warmup warmup;
  private final Latencies latencies;

  public PingResource(HealthBoard board, Warmup warmup, Latencies latencies) {
    this.latencies = latencies;
    this.board = board;
    this.warmup = warmup;
  }

  /**
   * The state of the service.
   *
   * @param mail says neither whether the service is ready nor whether it is {@code ok}
   */
  public record Ping(
      String status,
      boolean ready,
      HealthBoard.Reading database,
      HealthBoard.Reading redis,
      HealthBoard.Reading keys,
      HealthBoard.Reading mail,
      WarmupReport warmup,
      Latencies.Summary latency,
      double responseTimeMs,
      long targetMs,
      boolean withinTarget) {}

  @GET
  @Watched(Latencies.Watched.PING)
  @Operation(
      summary = "Report that the process is alive, and the last known state of its dependencies")
  public Ping ping() {
    HealthBoard.Reading database = board.read("database");
    HealthBoard.Reading redis = board.read("redis");
    HealthBoard.Reading keys = board.read("signing-keys");
    WarmupReport warmed = warmup.report();
    boolean ready = warmed.complete() && database.isUp() && keys.isUp();
    double elapsed = RequestContext.current().elapsedMillis();
    return new Ping(
        status(warmed.complete(), ready && redis.isUp()),
        ready,
        database,
        redis,
        keys,
        board.read(HealthBoard.MAIL),
        warmed,
        latencies.summary(),
        elapsed,
        TARGET_MS,
        elapsed < TARGET_MS);
  }

  private static String status(boolean started, boolean allUp) {
    if (!started) {
      return "starting";
    }
    return allUp ? "ok" : "degraded";
  }
}
