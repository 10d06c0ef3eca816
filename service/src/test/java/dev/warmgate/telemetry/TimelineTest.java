package dev.warmgate.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TimelineTest {
  private final Timeline timeline = Timeline.begin();

  @AfterEach
  void free() {
    timeline.end();
  }

  @Test
  void notesWhatThisThreadDidForItsRequest() {
    long from = System.nanoTime() + 2_000_000;

    Timeline.record(Timeline.Kind.DATABASE, "LoginDao.open", from, from + 1_500_000);

    assertThat(timeline.segments())
        .containsExactly(
            new Timeline.Segment(
                Timeline.Kind.DATABASE, "LoginDao.open", timeline.micros(from), 1500));
    assertThat(timeline.micros(from)).isGreaterThanOrEqualTo(2000);
  }

  @Test
  void notesNothingOfAnotherThread() {
    CompletableFuture.runAsync(() -> Timeline.record(Timeline.Kind.REDIS, "elsewhere", 0, 1))
        .join();

    assertThat(timeline.segments()).isEmpty();
  }

  @Test
  void notesNothingAfterItsEnd() {
    timeline.end();

    Timeline.record(Timeline.Kind.REDIS, "too late", 0, 1);

    assertThat(timeline.segments()).isEmpty();
  }

  @Test
  void isReplacedByTheNextRequestOfTheThread() {
    Timeline next = Timeline.begin();
    // The end of the one before must not end the one that runs.
    timeline.end();

    Timeline.record(Timeline.Kind.REDIS, "of the next", 0, 1);
    next.end();

    assertThat(timeline.segments()).isEmpty();
    assertThat(next.segments()).hasSize(1);
  }

  @Test
  void staysSmallWhateverTheRequestDoes() {
    for (int i = 0; i < 1000; i++) {
      Timeline.record(Timeline.Kind.DATABASE, "Dao.loop", 0, 1);
    }

    assertThat(timeline.segments()).hasSize(64);
  }
}
