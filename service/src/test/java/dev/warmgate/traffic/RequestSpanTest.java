package dev.warmgate.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.problem.ProblemType;
import dev.warmgate.telemetry.Telemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.testing.junit5.OpenTelemetryExtension;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class RequestSpanTest {
  private static final long QUICK = 40_000;
  private static final long LIMIT = 1_500_000;

  @RegisterExtension
  private final OpenTelemetryExtension telemetry = OpenTelemetryExtension.create();

  @Test
  void ofAnOrdinaryRequestHasNoMark() {
    assertThat(attributes(Optional.empty(), true, QUICK)).isEqualTo(Attributes.empty());
    assertThat(attributes(Optional.of(ProblemType.INVALID_CREDENTIALS), true, LIMIT - 1))
        .isEqualTo(Attributes.empty());
  }

  /** A client can cause each of the others by itself, also those with a 5xx, such as 501. */
  @Test
  void isMarkedAsFailedByFailuresOfTheServiceOnly() {
    Set<ProblemType> failures =
        EnumSet.of(
            ProblemType.INTERNAL_ERROR, ProblemType.DATABASE_UNAVAILABLE, ProblemType.NOT_READY);

    assertThat(Arrays.stream(ProblemType.values()))
        .filteredOn(
            type -> attributes(Optional.of(type), true, QUICK).get(Telemetry.FAILURE) != null)
        .containsExactlyInAnyOrderElementsOf(failures);
    assertThat(failures)
        .allMatch(type ->
            type.code().equals(attributes(Optional.of(type), true, QUICK).get(Telemetry.FAILURE)));
    assertThat(attributes(Optional.empty(), false, QUICK).get(Telemetry.FAILURE))
        .isEqualTo("filter_order");
  }

  @Test
  void isMarkedAsRefusedByAdmissionAndLimits() {
    assertThat(Arrays.stream(ProblemType.values()))
        .filteredOn(
            type -> attributes(Optional.of(type), true, QUICK).get(Telemetry.REFUSAL) != null)
        .containsExactlyInAnyOrder(
            ProblemType.RATE_LIMITED,
            ProblemType.TOO_MANY_UNFINISHED,
            ProblemType.LOGIN_CAPACITY_EXCEEDED,
            ProblemType.REFRESH_BUSY,
            ProblemType.OVERLOADED);
  }

  @Test
  void isMarkedAsSlowByTheTimeOfTheServiceItself() {
    assertThat(attributes(Optional.empty(), true, LIMIT).get(Telemetry.SLOW)).isTrue();
  }

  private Attributes attributes(Optional<ProblemType> problem, boolean inOrder, long micros) {
    telemetry.clearSpans();
    Span span =
        telemetry.getOpenTelemetry().getTracer(Telemetry.SCOPE).spanBuilder("request").startSpan();
    try (Scope _ = span.makeCurrent()) {
      RequestSpan.complete(Route.UNMATCHED, problem, inOrder, micros);
    } finally {
      span.end();
    }
    return telemetry.getSpans().getFirst().getAttributes();
  }
}
