package dev.warmgate.housekeeping;

import dev.warmgate.logging.RootCause;
import io.dropwizard.lifecycle.Managed;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntUnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs its chores at regular intervals, in batches small enough not to slow down requests. All
 * replicas run them, and skip rows that another one has locked.
 */
public final class Housekeeping implements Managed {
  private static final Logger log = LoggerFactory.getLogger(Housekeeping.class);
  private static final int BATCH = 500;
  private static final Duration PAUSE = Duration.ofMillis(50);

  /**
   * One kind of clean-up.
   *
   * @param what name in the log, such as "sessions purged"
   * @param batch handles at most the given number and returns how many it handled
   */
  public record Chore(String what, IntUnaryOperator batch) {}

  private final Duration interval;
  private final List<Chore> chores;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Thread thread =
      Thread.ofPlatform().name("housekeeping").daemon().unstarted(this::run);

  public Housekeeping(HousekeepingConfiguration configuration, Chore... chores) {
    this.interval = configuration.interval().toJavaDuration();
    this.chores = List.of(chores);
  }

  private void run() {
    try {
      while (!stopsWithin(interval)) {
        work();
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  /** Runs one batch of each chore in turn, so that a long one does not hold up the others. */
  private void work() throws InterruptedException {
    Map<Chore, Long> done = new LinkedHashMap<>();
    List<Chore> left = chores;
    while (!left.isEmpty()) {
      left = left.stream().filter(chore -> hasMoreAfter(chore, done)).toList();
      if (!left.isEmpty() && stopsWithin(PAUSE)) {
        break;
      }
      // The other chores may have new work by now.
      left = left.isEmpty() ? left : chores;
    }
    done.forEach((chore, count) -> log.info("{}: {}", chore.what(), count));
  }

  private static boolean hasMoreAfter(Chore chore, Map<Chore, Long> done) {
    try {
      int batch = chore.batch().applyAsInt(BATCH);
      if (batch > 0) {
        done.merge(chore, (long) batch, Long::sum);
      }
      return batch >= BATCH;
    } catch (RuntimeException failed) {
      log.warn("{}: failed: {}", chore.what(), RootCause.of(failed));
      return false;
    }
  }

  private boolean stopsWithin(Duration time) throws InterruptedException {
    return stopping.await(time.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void start() {
    thread.start();
  }

  @Override
  public void stop() throws InterruptedException {
    // No interrupt: it would break the connection of a running deletion.
    stopping.countDown();
    thread.join(Duration.ofSeconds(1));
  }
}
