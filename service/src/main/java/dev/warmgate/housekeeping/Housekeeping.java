package dev.warmgate.housekeeping;

import io.dropwizard.lifecycle.Managed;
import java.time.Duration;
import java.util.List;
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
        for (Chore chore : chores) {
          work(chore);
        }
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private void work(Chore chore) throws InterruptedException {
    long done = 0;
    try {
      int batch;
      do {
        batch = chore.batch().applyAsInt(BATCH);
        done += batch;
      } while (batch >= BATCH && !stopsWithin(PAUSE));
    } catch (RuntimeException databaseAway) {
      log.warn("{}: failed: {}", chore.what(), databaseAway.getMessage());
    }
    if (done > 0) {
      log.info("{}: {}", chore.what(), done);
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
