package dev.warmgate.audit;

import dev.warmgate.database.LostRace;
import dev.warmgate.request.AccessTrail;
import dev.warmgate.request.ExposedKeyTrail;
import dev.warmgate.request.LoadTestTrail;
import dev.warmgate.request.ServiceCaller;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Writes the audit trail. Each change is recorded by its own statement, so that neither exists
 * without the other; a refusal, which changes nothing, is written in the background by {@link
 * RefusalWriter}.
 */
public final class Audit implements AccessTrail, LoadTestTrail, ExposedKeyTrail {
  private final AuditDao trail;
  private final RefusalWriter refusals;
  private final String defaultActor;

  /**
   * @param background a DAO that works while requests hold all their connections
   * @param defaultActor the actor where there is no request: {@link AuditContext#OPERATOR} or
   *     {@link AuditContext#SYSTEM}
   */
  public Audit(
      AuditDao trail,
      AuditDao background,
      String defaultActor,
      Clock clock,
      OpenTelemetry telemetry) {
    this.trail = trail;
    this.refusals = new RefusalWriter(background, clock, telemetry);
    this.defaultActor = defaultActor;
  }

  /** The writer of refusals, which the caller starts and stops. */
  public RefusalWriter refusals() {
    return refusals;
  }

  /**
   * Runs a statement that ends in {@link AuditDao#RECORDED} and logs its records. If it lost a race
   * against a concurrent statement, it is run once more.
   *
   * @return whether it changed anything
   */
  public boolean record(Function<AuditContext, List<AuditRecord>> statement) {
    return !recordAll(statement).isEmpty();
  }

  /** As {@link #record}, on behalf of the account that the caller has just proven to own. */
  public boolean recordAs(UUID accountId, Function<AuditContext, List<AuditRecord>> statement) {
    return !recordAll(AuditContext.current(defaultActor).as(accountId), statement).isEmpty();
  }

  /** As {@link #recordAll}, on behalf of the account that the caller has just proven to own. */
  public List<AuditRecord> recordAllAs(
      UUID accountId, Function<AuditContext, List<AuditRecord>> statement) {
    return recordAll(AuditContext.current(defaultActor).as(accountId), statement);
  }

  /**
   * As {@link #record}, for a statement with several effects or several possible ones; returns its
   * records.
   */
  public List<AuditRecord> recordAll(Function<AuditContext, List<AuditRecord>> statement) {
    return recordAll(AuditContext.current(defaultActor), statement);
  }

  private static List<AuditRecord> recordAll(
      AuditContext origin, Function<AuditContext, List<AuditRecord>> statement) {
    List<AuditRecord> happened = LostRace.repeated(() -> statement.apply(origin));
    if (origin.kept()) {
      happened.forEach(event -> AuditLog.write(origin, event));
    }
    return happened;
  }

  /**
   * Records a refusal. Costs the caller next to nothing, and is dropped in a flood.
   *
   * @param accountId the account concerned, if known
   * @param details names and values in turn; no e-mail address, no secret, nothing that needs
   *     escaping
   */
  public void refused(AuditEvent event, @Nullable UUID accountId, String... details) {
    AuditContext origin = AuditContext.current(defaultActor);
    if (origin.kept()) {
      refusals.add(
          origin, new AuditRecord(event.toString(), accountId, null, object(details)), null);
    }
  }

  /** As {@link #refused}, where the account of that address has not been looked up yet. */
  public void refusedAt(AuditEvent event, String emailKey) {
    AuditContext origin = AuditContext.current(defaultActor);
    if (origin.kept()) {
      refusals.add(origin, new AuditRecord(event.toString(), null, null, object()), emailKey);
    }
  }

  @Override
  public void accessDenied() {
    refused(AuditEvent.ACCESS_DENIED, null);
  }

  @Override
  public void keyExposed(ServiceCaller service) {
    refusedTo(service, AuditEvent.SERVICE_KEY_EXPOSED);
  }

  @Override
  public void loadTestUsed(ServiceCaller key) {
    refusedTo(key, AuditEvent.LOAD_TEST_USED);
  }

  private void refusedTo(ServiceCaller service, AuditEvent event) {
    AuditContext origin = AuditContext.current(defaultActor).as(service);
    refusals.add(origin, new AuditRecord(event.toString(), null, null, object()), null);
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
    Optional<Instant> time =
        query.isFirst() ? Optional.of(AuditQuery.FOREVER) : trail.timeOf(query.before());
    return time.map(from -> trail.page(query, from)).orElseGet(List::of);
  }
}
