package dev.warmgate.observatory;

import dev.warmgate.database.Database;
import dev.warmgate.filter.FilterOrder;
import dev.warmgate.filter.RegisteredFilters;
import dev.warmgate.password.HashingGate;
import dev.warmgate.ratelimit.RateLimits;
import dev.warmgate.redis.Redis;
import dev.warmgate.request.FilterSlot;
import dev.warmgate.request.FilterTrail;
import dev.warmgate.servicekey.ServiceKeys;
import dev.warmgate.status.HealthBoard;
import dev.warmgate.telemetry.LoginLatency;
import dev.warmgate.token.VerifiedTokens;
import dev.warmgate.traffic.FilterLedger;
import dev.warmgate.traffic.ObservedRequest;
import dev.warmgate.traffic.RecentRequests;
import dev.warmgate.warmup.Warmup;
import dev.warmgate.warmup.WarmupReport;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Collects the state of every part of the service into one {@link ObservatoryReport}, from memory
 * alone.
 */
public record Observatory(
    ObservatoryConfiguration configuration,
    Clock clock,
    RegisteredFilters registered,
    FilterLedger ledger,
    RecentRequests recent,
    LoginLatency logins,
    HealthBoard board,
    Warmup warmup,
    Database database,
    VerifiedTokens tokens,
    ServiceKeys serviceKeys,
    Redis redis,
    HashingGate gate,
    RateLimits limits) {

  ObservatoryReport report() {
    WarmupReport warmed = warmup.report();
    List<RecentRequests.Traffic> traffic = recent.traffic();
    HashingGate.Reading hashing = gate.read();
    return new ObservatoryReport(
        clock.instant(),
        process(),
        warmed.complete() && isUp("database") && isUp("signing-keys"),
        board.readings(),
        order(traffic),
        traffic.stream().map(Observatory::endpoint).toList(),
        ledger.summary(),
        new ObservatoryReport.Warmth(
            warmed.complete(), warmed.steps().stream().map(Observatory::step).toList()),
        logins.summary(),
        hashing,
        database.pools(),
        new ObservatoryReport.Caches(tokens.read(), serviceKeys.read()),
        redis.isBreakerOpen(),
        new ObservatoryReport.TurnedAway(hashing.shed(), limits.refused(), recent.rejected()),
        configuration.traceUrl().isEmpty() ? null : configuration.traceUrl());
  }

  private ObservatoryReport.Running process() {
    var jvm = ManagementFactory.getRuntimeMXBean();
    String version = Observatory.class.getPackage().getImplementationVersion();
    return new ObservatoryReport.Running(
        version == null ? "development" : version,
        Instant.ofEpochMilli(jvm.getStartTime()),
        jvm.getUptime());
  }

  private boolean isUp(String check) {
    return Optional.ofNullable(board.readings().get(check))
        .filter(reading -> reading.status().equals("up"))
        .isPresent();
  }

  private ObservatoryReport.Order order(List<RecentRequests.Traffic> traffic) {
    // A request that was out of order goes first, since it must not be missed.
    List<FilterSlot> observed =
        recent
            .offender()
            .or(() -> newestThroughEveryFilter(traffic))
            .map(Observatory::slots)
            .orElse(List.of());
    RecentRequests.OrderCount verdict = recent.verdict();
    boolean inOrder =
        isInOrder(FilterOrder.DECLARED)
            && isInOrder(registered.slots())
            && verdict.outOfOrder() == 0;
    return new ObservatoryReport.Order(
        FilterOrder.DECLARED, registered.slots(), observed, inOrder, verdict);
  }

  private static Optional<ObservedRequest> newestThroughEveryFilter(
      List<RecentRequests.Traffic> traffic) {
    return traffic.stream()
        .flatMap(endpoint -> endpoint.latest().stream())
        .filter(request -> request.filters().size() == FilterOrder.IN_ORDER.size())
        .max(Comparator.comparingLong(ObservedRequest::id));
  }

  private static boolean isInOrder(List<FilterSlot> slots) {
    return slots.stream().map(FilterSlot::name).toList().equals(FilterOrder.IN_ORDER);
  }

  private static List<FilterSlot> slots(ObservedRequest request) {
    return request.filters().stream().map(FilterTrail.Entry::slot).toList();
  }

  private static ObservatoryReport.Traffic endpoint(RecentRequests.Traffic traffic) {
    return new ObservatoryReport.Traffic(
        traffic.method(),
        traffic.route(),
        traffic.requests(),
        traffic.latest().stream().map(Observatory::request).toList(),
        traffic.slowest().stream().map(Observatory::request).toList());
  }

  private static ObservatoryReport.Request request(ObservedRequest request) {
    return new ObservatoryReport.Request(
        request.id(),
        request.traceId(),
        Instant.ofEpochMilli(request.startedAtMillis()),
        request.status(),
        request.lane() == null ? null : request.lane().toString(),
        request.totalMicros(),
        request.filters().stream()
            .map(filter ->
                new ObservatoryReport.Filter(
                    filter.name(),
                    filter.slot().priority(),
                    filter.order(),
                    filter.outcome(),
                    filter.offsetMicros(),
                    filter.micros()))
            .toList(),
        request.segments());
  }

  private static ObservatoryReport.Step step(WarmupReport.Step step) {
    return new ObservatoryReport.Step(
        step.name(), step.outcome().toString(), step.startedMs(), step.durationMs(), step.detail());
  }
}
