package dev.warmgate.audit;

import dev.warmgate.request.AccessTrail;
import dev.warmgate.request.LoadTestTrail;
import dev.warmgate.request.ServiceCaller;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Through which everything gets into the trail. A change is written down by its own statement, so
 * that neither is there without the other; a refusal, which changes nothing, by {@link
 * RefusalWriter} in the background.
 */
public final class Audit implements AccessTrail, LoadTestTrail {
  private final AuditDao trail;
  private final RefusalWriter refusals;
  private final String outside;

  /**
   * @param background for writing while requests hold every connection of theirs
   * @param outside who acts where there is no request: {@link AuditContext#OPERATOR} or {@link
   *     AuditContext#SYSTEM}
   */
  public Audit(
      AuditDao trail, AuditDao background, String outside, Clock clock, OpenTelemetry telemetry) {
    this.trail = trail;
    this.refusals = new RefusalWriter(background, clock, telemetry);
    this.outside = outside;
  }

  /** What writes refusals down; to be started and stopped. */
  public RefusalWriter refusals() {
    return refusals;
  }

  /**
   * Runs a statement that ends in {@link AuditDao#RECORDED} and tells the log what it did.
   *
   * @return whether it did anything
   */
  public boolean record(Function<AuditContext, List<AuditRecord>> statement) {
    return !recordAll(statement).isEmpty();
  }

  /** The same for somebody who has just proven to own that account. */
  public boolean recordAs(UUID accountId, Function<AuditContext, List<AuditRecord>> statement) {
    return !recordAll(AuditContext.current(outside).as(accountId), statement).isEmpty();
  }

  /** The same for a statement that does many things, or one of several; returns what it did. */
  public List<AuditRecord> recordAll(Function<AuditContext, List<AuditRecord>> statement) {
    return recordAll(AuditContext.current(outside), statement);
  }

  private static List<AuditRecord> recordAll(
      AuditContext origin, Function<AuditContext, List<AuditRecord>> statement) {
    List<AuditRecord> happened = statement.apply(origin);
    if (origin.kept()) {
      happened.forEach(event -> AuditLog.tell(origin, event));
    }
    return happened;
  }

  /**
   * Notes that somebody was refused; costs the caller nothing, and may get lost in a flood.
   *
   * @param accountId of the account that was aimed at, if there is one
   * @param details names and values in turn; no e-mail address, no secret, nothing to be escaped
   */
  public void refused(AuditEvent event, @Nullable UUID accountId, String... details) {
    AuditContext origin = AuditContext.current(outside);
    if (origin.kept()) {
      refusals.add(
          origin, new AuditRecord(event.toString(), accountId, null, object(details)), null);
    }
  }

  /** The same before anybody looked whether there is an account of that address. */
  public void refusedAt(AuditEvent event, String emailKey) {
    AuditContext origin = AuditContext.current(outside);
    if (origin.kept()) {
      refusals.add(origin, new AuditRecord(event.toString(), null, null, object()), emailKey);
    }
  }

  @Override
  public void accessDenied() {
    refused(AuditEvent.ACCESS_DENIED, null);
  }

  @Override
  public void loadTestUsed(ServiceCaller key) {
    AuditContext origin = AuditContext.current(outside).as(key);
    refusals.add(
        origin, new AuditRecord(AuditEvent.LOAD_TEST_USED.toString(), null, null, object()), null);
  }

  private static String object(String... details) {
    StringBuilder json = new StringBuilder("{");
    for (int i = 0; i < details.length; i += 2) {
      json.append(i == 0 ? "\"" : ",\"").append(details[i]).append("\":\"");
      json.append(details[i + 1]).append('"');
    }
    return json.append('}').toString();
  }

  /** One page of the trail, the newest first. */
  List<AuditDao.Row> page(AuditQuery query) {
    return trail.page(query);
  }
}
