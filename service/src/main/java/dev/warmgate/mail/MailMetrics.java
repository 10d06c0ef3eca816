package dev.warmgate.mail;

import dev.warmgate.telemetry.Telemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The metrics and spans of mail. All series exist from the start, also while no mail is sent. */
final class MailMetrics {
  /** How an attempt, or the mail, ended. */
  enum Outcome {
    SENT,
    /** It is tried again. */
    FAILED,
    /** The mail server never takes it. */
    REFUSED,
    /** It was tried too often, or ran out. */
    GIVEN_UP,
    /** No mail is sent to a reserved domain. */
    WITHHELD;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Tracer tracer;
  private final LongCounter attempts;
  private final DoubleHistogram duration;
  private volatile MailDao.Queue queue = new MailDao.Queue(0, 0);

  MailMetrics(OpenTelemetry telemetry) {
    tracer = telemetry.getTracer(Telemetry.SCOPE);
    Meter meter = telemetry.getMeter(Telemetry.SCOPE);
    attempts = meter.counterBuilder(Telemetry.MAIL_ATTEMPTS).build();
    duration =
        meter
            .histogramBuilder(Telemetry.MAIL_SMTP_DURATION)
            .setUnit("s")
            .setExplicitBucketBoundariesAdvice(Telemetry.LATENCY_BUCKETS)
            .build();
    var _ =
        meter
            .gaugeBuilder(Telemetry.MAIL_QUEUED)
            .ofLongs()
            .buildWithCallback(gauge -> gauge.record(queue.queued()));
    var _ =
        meter
            .gaugeBuilder(Telemetry.MAIL_OLDEST)
            .setUnit("s")
            .buildWithCallback(gauge -> gauge.record(queue.oldestSeconds()));
    // Creates the series at zero, so that the first attempt shows up as an increase.
    for (Outcome outcome : Outcome.values()) {
      attempts.add(0, Attributes.of(Telemetry.OUTCOME, outcome.toString()));
    }
  }

  void waiting(MailDao.Queue now) {
    queue = now;
  }

  void took(long nanos) {
    duration.record(nanos / 1e9);
  }

  Span begin(MailDao.Claimed mail) {
    return tracer
        .spanBuilder(Telemetry.SPAN_MAIL_SEND)
        .setNoParent()
        .setSpanKind(SpanKind.CLIENT)
        .addLink(cause(mail.traceparent()))
        .setAttribute(Telemetry.MAIL_KIND, mail.kind())
        .startSpan();
  }

  void end(Span span, Outcome outcome) {
    attempts.add(1, Attributes.of(Telemetry.OUTCOME, outcome.toString()));
    span.setAttribute(Telemetry.OUTCOME, outcome.toString());
    if (outcome != Outcome.SENT && outcome != Outcome.WITHHELD) {
      span.setStatus(StatusCode.ERROR);
      span.setAttribute(Telemetry.FAILURE, "mail_" + outcome);
    }
  }

  /** The span that queued the mail; an invalid one, to which no link is made, if there is none. */
  private static SpanContext cause(@Nullable String traceparent) {
    String[] parts = traceparent == null ? new String[0] : traceparent.split("-", -1);
    return parts.length == 4
        ? SpanContext.createFromRemoteParent(
            parts[1], parts[2], TraceFlags.fromHex(parts[3], 0), TraceState.getDefault())
        : SpanContext.getInvalid();
  }
}
