package dev.warmgate.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class RequestContextTest {
  private final RequestContext context = RequestContext.begin();

  @AfterEach
  void end() {
    context.end();
  }

  @Test
  void recordsTheWorkOfItsThread() {
    long from = System.nanoTime() + 2_000_000;

    RequestContext.record(Timeline.Kind.DATABASE, "LoginDao.open", from, from + 1_500_000);

    assertThat(context.timeline().segments())
        .containsExactly(
            new Timeline.Segment(
                Timeline.Kind.DATABASE, "LoginDao.open", context.timeline().micros(from), 1500));
    assertThat(context.timeline().micros(from)).isGreaterThanOrEqualTo(2000);
  }

  @Test
  void doesNotRecordTheWorkOfAnotherThread() {
    CompletableFuture.runAsync(() -> RequestContext.record(Timeline.Kind.REDIS, "elsewhere", 0, 1))
        .join();

    assertThat(context.timeline().segments()).isEmpty();
  }

  @Test
  void recordsNothingAfterItsEnd() {
    context.end();

    RequestContext.record(Timeline.Kind.REDIS, "too late", 0, 1);

    assertThat(context.timeline().segments()).isEmpty();
  }

  @Test
  void isReplacedByTheNextRequestOfTheThread() {
    RequestContext next = RequestContext.begin();
    // Ending the previous context must not end the current one.
    context.end();

    RequestContext.record(Timeline.Kind.REDIS, "of the next", 0, 1);
    next.end();

    assertThat(context.timeline().segments()).isEmpty();
    assertThat(next.timeline().segments()).hasSize(1);
  }

  @Test
  void recordsAtMost64Segments() {
    for (int i = 0; i < 1000; i++) {
      RequestContext.record(Timeline.Kind.DATABASE, "Dao.loop", 0, 1);
    }

    assertThat(context.timeline().segments()).hasSize(64);
  }

  @Test
  void isNotARequestBeforeItHasAnId() {
    assertThat(RequestContext.ofThread()).isEmpty();

    context.name("a request");

    assertThat(RequestContext.ofThread()).contains(context);
  }

  @Test
  void appliesTheDecoyRulesOnlyDuringWarmUp() {
    assertThat(DecoyRules.isLimited()).isTrue();
    assertThat(DecoyRules.mayUseDecoys()).isFalse();

    RequestContext.warmUp(() -> {
      assertThat(DecoyRules.isLimited()).isFalse();
      assertThat(DecoyRules.isAudited()).isFalse();
      assertThat(DecoyRules.mayUseDecoys()).isTrue();
    });

    assertThat(DecoyRules.isLimited()).as("after the warm-up").isTrue();
  }
}
