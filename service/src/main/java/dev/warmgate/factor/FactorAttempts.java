package dev.warmgate.factor;

import dev.warmgate.audit.Audit;
import dev.warmgate.audit.AuditEvent;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.ratelimit.RateLimits;
import dev.warmgate.request.Limit;
import dev.warmgate.telemetry.Telemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts attempts to prove a factor that can be guessed, by account and kind. An attempt is counted
 * before the factor is checked, and refunded unless it was found wrong: guesses side by side are
 * all counted, and right ones cost nothing. A refusal never says what was wrong.
 *
 * <p>Whoever has the password could hold up the owner with wrong ones. So a device and a session
 * that have used a factor before have attempts of their own, and those of the account only after
 * them. A bucket for everybody who asks would be no limit: of logins and of sessions without a
 * factor anybody with the password gets any number.
 */
public final class FactorAttempts {
  /** What became of an attempt. */
  public enum Result {
    ACCEPTED,
    REFUSED,
    /** Right, but used before. */
    REPLAYED;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final String LIMITED = "limited";

  private final RateLimits limits;
  private final Audit audit;
  private final FactorAlarm alarm;
  private final Tracer tracer;
  private final LongCounter attempts;

  /**
   * @param alarm what tells owners that all attempts were used up
   */
  public FactorAttempts(
      RateLimits limits, Audit audit, FactorAlarm alarm, OpenTelemetry telemetry) {
    this.limits = limits;
    this.audit = audit;
    this.alarm = alarm;
    this.tracer = telemetry.getTracer(Telemetry.SCOPE);
    this.attempts =
        telemetry.getMeter(Telemetry.SCOPE).counterBuilder(Telemetry.FACTOR_ATTEMPTS).build();
    for (FactorKind kind : FactorKind.values()) {
      // Creates the series at zero, so that the first attempt shows up as an increase.
      for (Result result : Result.values()) {
        attempts.add(0, attributes(kind, result.toString()));
      }
      attempts.add(0, attributes(kind, LIMITED));
    }
  }

  /**
   * Makes an attempt.
   *
   * @param known the device or session that tries, if it has used a factor before
   * @param check uses the factor up if it is right
   * @throws ApiException 403 if it is not, 429 after too many wrong ones
   */
  public void prove(FactorKind kind, UUID accountId, @Nullable UUID known, Supplier<Result> check) {
    String ofAccount = subject(kind, accountId);
    prove(
        kind,
        accountId,
        known == null ? List.of(ofAccount) : List.of(subject(kind, known), ofAccount),
        check);
  }

  /**
   * As the other method of this name, counted against the first of these buckets that has attempts
   * left.
   */
  void prove(FactorKind kind, UUID accountId, List<String> buckets, Supplier<Result> check) {
    String bucket = kind.isGuessable() ? count(kind, accountId, buckets) : null;
    Result result = Result.ACCEPTED;
    try {
      result = traced(kind, check);
    } finally {
      if (result == Result.ACCEPTED && bucket != null) {
        limits.refund(Limit.FAILED_FACTOR, bucket);
      }
    }
    attempts.add(1, attributes(kind, result.toString()));
    if (result != Result.ACCEPTED) {
      audit.refused(
          AuditEvent.FACTOR_REFUSED,
          accountId,
          "kind",
          kind.toString(),
          "reason",
          result.toString());
      throw new ApiException(ProblemType.INVALID_FACTOR);
    }
  }

  private String count(FactorKind kind, UUID accountId, List<String> buckets) {
    Duration shortest = Duration.ofDays(1);
    for (String bucket : buckets) {
      Optional<Duration> wait = limits.tryTake(Limit.FAILED_FACTOR, bucket);
      if (wait.isEmpty()) {
        return bucket;
      }
      shortest = wait.get().compareTo(shortest) < 0 ? wait.get() : shortest;
    }
    attempts.add(1, attributes(kind, LIMITED));
    audit.refused(AuditEvent.FACTOR_BLOCKED, accountId, "kind", kind.toString());
    if (buckets.contains(subject(kind, accountId))) {
      // Those of an app that its owner is about to add say nothing of others.
      alarm.blocked(accountId);
    }
    throw limits.refusal(Limit.FAILED_FACTOR, shortest);
  }

  /**
   * Forgets the wrong factors of an account, so that its owner need not wait. Those of known
   * devices and sessions stay counted, since they use the account's after them.
   */
  public void forget(UUID accountId) {
    for (FactorKind kind : FactorKind.values()) {
      limits.forget(Limit.FAILED_FACTOR, subject(kind, accountId));
    }
  }

  /**
   * @param owner an account, a device or a session; their ids are different ones
   */
  private static String subject(FactorKind kind, UUID owner) {
    return owner + " " + kind;
  }

  private Result traced(FactorKind kind, Supplier<Result> check) {
    Span span =
        tracer
            .spanBuilder(Telemetry.SPAN_FACTOR_VERIFY)
            .setAttribute(Telemetry.FACTOR_KIND, kind.toString())
            .startSpan();
    try (Scope _ = span.makeCurrent()) {
      Result result = check.get();
      span.setAttribute(Telemetry.OUTCOME, result.toString());
      return result;
    } finally {
      span.end();
    }
  }

  private static Attributes attributes(FactorKind kind, String outcome) {
    return Attributes.of(Telemetry.FACTOR_KIND, kind.toString(), Telemetry.OUTCOME, outcome);
  }
}
