package dev.warmgate.housekeeping;

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
 * Does its chores once a minute, in batches small enough to disturb nobody. Every replica does:
 * rows that another one is working on are passed over.
 */
public final class Housekeeping implements Managed {
  private static final Logger log = LoggerFactory.getLogger(Housekeeping.class);
  private static final int BATCH = 500;
  private static final Duration PAUSE = Duration.ofMillis(50);

  /**
   * Something to be ended or deleted.
   *
   * @param what as the log names it: "revocations purged"
   * @param batch does at most so many and returns how many it did
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

  /** A batch of each in turn, so that one with much to do holds up none of the others. */
  private void work() throws InterruptedException {
    Map<Chore, Long> done = new LinkedHashMap<>();
    List<Chore> left = chores;
    while (!left.isEmpty()) {
      left = left.stream().filter(chore -> hasMoreAfter(chore, done)).toList();
      if (!left.isEmpty() && stopsWithin(PAUSE)) {
        break;
      }
      // Meanwhile the others may have something to do again.
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
    } catch (RuntimeException databaseAway) {
      log.warn("{}: failed: {}", chore.what(), databaseAway.getMessage());
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
    // No interrupt: it would break a connection that a deletion is using.
    stopping.countDown();
    thread.join(Duration.ofSeconds(1));
  }
}
