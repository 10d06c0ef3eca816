package dev.warmgate.ratelimit;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class InFlightTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final InFlight patient = new InFlight(LONG);
  private final InFlight impatient = new InFlight(Duration.ofMillis(1));

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  @Test
  void allowsTenConcurrentAttemptsPerAccount() {
    tenPlaces(impatient);

    assertThat(impatient.enter("ada")).isEmpty();
    assertThat(impatient.enter("bob")).isPresent();
  }

  @Test
  void allowsTheNextAttemptWhenOneEnds() throws Exception {
    List<InFlight.Place> places = tenPlaces(patient);
    CompletableFuture<Optional<InFlight.Place>> next = later(() -> patient.enter("ada"));
    places.getFirst().close();

    assertThat(next.get(60, SECONDS)).isPresent();
  }

  @Test
  void forgetsAccountsWithoutAttempts() {
    List<InFlight.Place> places = tenPlaces(impatient);
    assertThat(impatient.enter("ada")).isEmpty();
    places.getFirst().awaitAnother();
    assertThat(impatient.accounts()).isEqualTo(1);
    places.forEach(InFlight.Place::close);

    assertThat(impatient.accounts()).isZero();
  }

  @Test
  void doesNotWaitWithoutAnotherAttempt() {
    InFlight.Place alone = patient.enter("ada").orElseThrow();

    assertThat(alone.awaitAnother()).isFalse();
  }

  @Test
  void wakesAWaitingAttemptWhenAnotherEnds() throws Exception {
    InFlight.Place waits = patient.enter("ada").orElseThrow();
    InFlight.Place ends = patient.enter("ada").orElseThrow();
    CompletableFuture<Boolean> woken = later(waits::awaitAnother);
    // Only an attempt that ends after the wait began wakes it, so end one after another.
    while (!woken.isDone()) {
      InFlight.Place next = patient.enter("ada").orElseThrow();
      ends.close();
      ends = next;
    }

    assertThat(woken.get(60, SECONDS)).isTrue();
  }

  @Test
  void givesUpWhenTwoAttemptsWaitForEachOther() throws Exception {
    InFlight.Place one = patient.enter("ada").orElseThrow();
    InFlight.Place other = patient.enter("ada").orElseThrow();
    CompletableFuture<Boolean> first = later(one::awaitAnother);
    CompletableFuture<Boolean> second = later(other::awaitAnother);

    assertThat(first.get(50, SECONDS)).isFalse();
    assertThat(second.get(50, SECONDS)).isFalse();
  }

  @Test
  void limitsTheNumberOfWaitingAttempts() throws Exception {
    List<InFlight.Place> places = tenPlaces(patient);
    List<CompletableFuture<Optional<InFlight.Place>>> more = new ArrayList<>();
    for (int i = 0; i < InFlight.MOST_WAITING + 5; i++) {
      more.add(later(() -> patient.enter("ada")));
    }
    // Five attempts are refused at once.
    while (more.stream().filter(CompletableFuture::isDone).count() < 5) {
      Thread.sleep(1);
    }
    assertThat(more.stream().filter(CompletableFuture::isDone).map(CompletableFuture::join))
        .hasSize(5)
        .containsOnly(Optional.empty());
    places.forEach(InFlight.Place::close);
  }

  private static List<InFlight.Place> tenPlaces(InFlight inFlight) {
    List<InFlight.Place> places = new ArrayList<>();
    for (int i = 0; i < InFlight.MOST_PER_ACCOUNT; i++) {
      places.add(inFlight.enter("ada").orElseThrow());
    }
    return places;
  }

  private <T> CompletableFuture<T> later(java.util.function.Supplier<T> task) {
    return CompletableFuture.supplyAsync(task, threads);
  }
}
