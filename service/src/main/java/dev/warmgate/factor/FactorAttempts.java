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
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Counts attempts to prove a factor, by account and kind. An attempt is counted before the factor
 * is checked, and refunded unless it was found wrong: guesses side by side are all counted, and
 * right ones cost nothing. A refusal never says what was wrong.
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
  private final Tracer tracer;
  private final LongCounter attempts;

  public FactorAttempts(RateLimits limits, Audit audit, OpenTelemetry telemetry) {
    this.limits = limits;
    this.audit = audit;
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
   * @param check uses the factor up if it is right
   * @throws ApiException 403 if it is not, 429 after too many wrong ones
   */
  public void prove(FactorKind kind, UUID accountId, Supplier<Result> check) {
    prove(kind, accountId, subject(kind, accountId), check);
  }

  /** As the other method of this name, counted against something else than account and kind. */
  void prove(FactorKind kind, UUID accountId, String subject, Supplier<Result> check) {
    Optional<Duration> wait = limits.tryTake(Limit.FAILED_FACTOR, subject);
    if (wait.isPresent()) {
      attempts.add(1, attributes(kind, LIMITED));
      audit.refused(AuditEvent.FACTOR_BLOCKED, accountId, "kind", kind.toString());
      throw limits.refusal(Limit.FAILED_FACTOR, wait.get());
    }
    Result result = Result.ACCEPTED;
    try {
      result = traced(kind, check);
    } finally {
      if (result == Result.ACCEPTED) {
        limits.refund(Limit.FAILED_FACTOR, subject);
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

  /** Forgets the wrong factors of an account, so that its owner need not wait. */
  public void forget(UUID accountId) {
    for (FactorKind kind : FactorKind.values()) {
      limits.forget(Limit.FAILED_FACTOR, subject(kind, accountId));
    }
  }

  private static String subject(FactorKind kind, UUID accountId) {
    return accountId + " " + kind;
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
