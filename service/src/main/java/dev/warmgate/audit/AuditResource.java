package dev.warmgate.audit;

import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.warmgate.request.Authenticated;
import dev.warmgate.request.Scopes;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The endpoint with which admins read the audit trail. */
@Path("/api/v1/audit")
@Produces(MediaType.APPLICATION_JSON)
@Authenticated(
    roles = {Authenticated.ADMIN, Authenticated.SERVICE},
    scopes = Scopes.ADMIN,
    aal = 2)
public final class AuditResource {
  private final Audit audit;

  public AuditResource(Audit audit) {
    this.audit = audit;
  }

  /** One event. */
  public record Entry(
      long id,
      Instant occurredAt,
      String event,
      String actor,
      @Nullable UUID accountId,
      @Nullable UUID sessionId,
      @Nullable String clientAddress,
      @Nullable String requestId,
      @Nullable String traceId,
      @JsonRawValue @Schema(implementation = Object.class) String details) {}

  /**
   * One page of events, newest first.
   *
   * @param nextBefore value of {@code before} for the next page; {@code null} on the last one
   */
  public record Page(List<Entry> events, @Nullable Long nextBefore) {}

  @GET
  @Operation(summary = "Read the audit trail, the newest events first")
  public Page read(
      @Schema(type = "integer", format = "int64", minimum = "0", maximum = "999999999999999999")
          @QueryParam("before")
          String before,
      @Schema(type = "integer", minimum = "1", maximum = "200") @QueryParam("limit") String limit,
      @Schema(format = "uuid") @QueryParam("account") String account,
      @Schema(implementation = AuditEvent.class) @QueryParam("event") String event,
      @Schema(format = "date-time") @QueryParam("since") String since,
      @Schema(format = "date-time") @QueryParam("until") String until) {
    AuditQuery query = AuditQuery.parse(before, limit, account, event, since, until);
    List<Entry> events = audit.page(query).stream().map(AuditResource::entry).toList();
    boolean more = events.size() == query.limit();
    return new Page(events, more ? events.getLast().id() : null);
  }

  private static Entry entry(AuditDao.Row row) {
    return new Entry(
        row.id(),
        row.occurredAt(),
        row.event(),
        row.actor(),
        row.accountId(),
        row.sessionId(),
        row.clientAddress(),
        row.requestId(),
        row.traceId(),
        row.details());
  }
}
