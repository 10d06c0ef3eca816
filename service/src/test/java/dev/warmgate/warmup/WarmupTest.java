package dev.warmgate.warmup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.opentelemetry.api.OpenTelemetry;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class WarmupTest {
  private final CountDownLatch gate = new CountDownLatch(1);
  private Warmup warmup;

  private void start(Warmer... warmers) throws InterruptedException {
    warmup = new Warmup(List.of(warmers), OpenTelemetry.noop());
    warmup.begin();
  }

  private void awaitSteps(int wanted) throws InterruptedException {
    while (warmup.report().steps().size() < wanted) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  @AfterEach
  void stop() {
    if (warmup != null) {
      warmup.stop();
    }
  }

  @Test
  void runsIndependentStepsConcurrently() throws Exception {
    CountDownLatch both = new CountDownLatch(2);
    Warmer one = Warmer.required("one", () -> meet(both));
    Warmer other = Warmer.required("other", () -> meet(both));
    start(one, other);

    awaitSteps(2);
    assertThat(warmup.report().complete()).isTrue();
  }

  private static Warmed meet(CountDownLatch all) throws InterruptedException {
    all.countDown();
    all.await();
    return Warmed.warm("met");
  }

  @Test
  void startsAStepAfterTheStepsItNeeds() throws Exception {
    AtomicInteger order = new AtomicInteger();
    start(
        Warmer.required(
            "first",
            () -> {
              gate.await();
              return Warmed.warm("number " + order.incrementAndGet());
            }),
        Warmer.required("second", () -> Warmed.warm("number " + order.incrementAndGet()))
            .after("first"),
        Warmer.required("beside", () -> Warmed.warm("")));

    awaitSteps(1);
    assertThat(warmup.report().complete()).isFalse();
    assertThat(warmup.execute().isHealthy()).isFalse();
    assertThat(warmup.report().steps().getFirst().name()).isEqualTo("beside");

    gate.countDown();
    awaitSteps(3);
    assertThat(warmup.execute().isHealthy()).isTrue();
    assertThat(warmup.report().steps())
        .extracting(WarmupReport.Step::name, WarmupReport.Step::detail)
        .contains(tuple("first", "number 1"), tuple("second", "number 2"));
  }

  @Test
  void startsAStepOnceAnotherWasTried() throws Exception {
    start(
        Warmer.required(
            "first",
            () -> {
              if (gate.getCount() > 0) {
                throw new IllegalStateException("unavailable");
              }
              return Warmed.warm("");
            }),
        Warmer.required(
                "second",
                () -> {
                  gate.countDown();
                  return Warmed.warm("");
                })
            .letting("first"));

    awaitSteps(2);
    assertThat(warmup.report().steps())
        .extracting(WarmupReport.Step::name)
        .containsExactly("second", "first");
  }

  @Test
  void waitsForTheStepsThatGetTheProcessorsFirst() throws Exception {
    AtomicInteger tried = new AtomicInteger();
    warmup =
        new Warmup(
            List.of(
                Warmer.required(
                    "unavailable",
                    () -> {
                      tried.incrementAndGet();
                      throw new IllegalStateException("unavailable");
                    }),
                Warmer.required("later", () -> meet(new CountDownLatch(2)))),
            OpenTelemetry.noop());

    warmup.begin("unavailable");

    assertThat(tried).hasPositiveValue();
    assertThat(warmup.report().steps()).isEmpty();
  }

  @Test
  void doesNotWaitForAStepThatHangs() throws Exception {
    CountDownLatch never = new CountDownLatch(2);
    warmup =
        new Warmup(List.of(Warmer.required("hanging", () -> meet(never))), OpenTelemetry.noop());

    warmup.begin("hanging");

    assertThat(warmup.report().complete()).isFalse();
  }

  @Test
  void tellsWhereTheTimeOfAStepWent() throws Exception {
    start(
        Warmer.required(
            "one",
            () -> {
              Parts parts = new Parts();
              parts.add("connected in");
              parts.add("prepared in");
              return Warmed.warm(parts.toString());
            }));

    awaitSteps(1);
    WarmupReport.Step step = warmup.report().steps().getFirst();
    assertThat(step.detail()).matches("connected in \\d+ ms, prepared in \\d+ ms");
    assertThat(step.spent().cpuMs()).isBetween(0L, step.durationMs() + 10);
    assertThat(step.spent().queuedMs()).isNotNegative();
    assertThat(step.spent().classes()).isNotNegative();
  }

  @Test
  void retriesARequiredStepUntilItSucceeds() throws Exception {
    AtomicInteger attempts = new AtomicInteger();
    start(
        Warmer.required(
            "needed",
            () -> {
              if (attempts.incrementAndGet() < 3) {
                throw new IllegalStateException("unavailable");
              }
              return Warmed.warm("");
            }));

    awaitSteps(1);
    assertThat(attempts).hasValue(3);
    assertThat(warmup.report().steps().getFirst().outcome()).isEqualTo(Warmed.Outcome.WARM);
    assertThat(warmup.report().steps().getFirst().attempts()).isEqualTo(3);
  }

  @Test
  void isCompleteEvenIfOptionalStepsFail() throws Exception {
    start(
        Warmer.optional(
            "extra",
            () -> {
              throw new IllegalStateException("unavailable");
            }),
        Warmer.optional("slow", () -> Warmed.unsettled("7 logins")));

    awaitSteps(2);
    assertThat(warmup.report().complete()).isTrue();
    assertThat(warmup.report().steps())
        .extracting(WarmupReport.Step::outcome, WarmupReport.Step::detail)
        .containsExactlyInAnyOrder(
            tuple(Warmed.Outcome.FAILED, "unavailable"),
            tuple(Warmed.Outcome.UNSETTLED, "7 logins"));
  }

  @Test
  void triesAnOptionalStepOnceMore() throws Exception {
    AtomicInteger attempts = new AtomicInteger();
    start(
        Warmer.optional(
            "busy",
            () -> {
              if (attempts.incrementAndGet() < 2) {
                throw new IllegalStateException("no answer in time");
              }
              return Warmed.warm("");
            }));

    awaitSteps(1);
    assertThat(warmup.report().steps().getFirst().outcome()).isEqualTo(Warmed.Outcome.WARM);
  }

  @Test
  void startsWithoutAnOptionalStepThatFailsTwice() throws Exception {
    AtomicInteger attempts = new AtomicInteger();
    AtomicInteger single = new AtomicInteger();
    start(Warmer.optional("away", () -> fail(attempts)), Warmer.once("tried", () -> fail(single)));

    awaitSteps(2);
    assertThat(attempts).hasValue(2);
    assertThat(single).hasValue(1);
  }

  private static Warmed fail(AtomicInteger attempts) {
    attempts.incrementAndGet();
    throw new IllegalStateException("unavailable");
  }

  @Test
  void refusesAStepThatNeedsAnUnknownOne() {
    Warmer lost = Warmer.required("lost", () -> Warmed.warm("")).after("nobody");
    assertThatThrownBy(() -> new Warmup(List.of(lost), OpenTelemetry.noop()))
        .hasMessageContaining("lost depends on a step that does not precede it");
  }
}
