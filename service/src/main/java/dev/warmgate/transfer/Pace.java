package dev.warmgate.transfer;

import java.util.function.BooleanSupplier;

/**
 * Decides how many accounts an import stores at once, and how long it rests in between. By default
 * it begins slowly, goes on as fast as it can while nobody uses the service, and slows down as soon
 * as somebody does: logins share the processors and the disk of PostgreSQL with it.
 */
final class Pace {
  /** In one batch, where nothing limits the import. */
  static final int MOST_ROWS = 5000;

  /** Costs PostgreSQL a few per cent of a processor. */
  static final int PER_SECOND_BESIDE_TRAFFIC = 1000;

  /** Each batch is then so short that a login hardly waits for it. */
  private static final int BATCHES_PER_SECOND = 10;

  private static final long SECOND = 1_000_000_000;

  private final boolean adapts;
  private final BooleanSupplier isInUse;

  private boolean hasYielded;

  /** 0 for no limit. Read by the thread that makes the batches. */
  private volatile int mostPerSecond;

  /**
   * @param mostPerSecond limits the records per second, whoever uses the service; 0 for a limit
   *     that depends on it
   * @param isInUse whether somebody uses the service now
   */
  Pace(int mostPerSecond, BooleanSupplier isInUse) {
    this.adapts = mostPerSecond == 0;
    this.mostPerSecond = adapts ? PER_SECOND_BESIDE_TRAFFIC : mostPerSecond;
    this.isInUse = isInUse;
  }

  /** Returns how many rows the next batch may have. */
  int rows() {
    int limit = mostPerSecond;
    return limit == 0 ? MOST_ROWS : Math.clamp(limit / BATCHES_PER_SECOND, 1, MOST_ROWS);
  }

  /**
   * Looks who uses the service, and returns whether the import yields to somebody the first time.
   */
  boolean look() {
    if (!adapts) {
      return false;
    }
    boolean yields = isInUse.getAsBoolean();
    mostPerSecond = yields ? PER_SECOND_BESIDE_TRAFFIC : 0;
    boolean isFirst = yields && !hasYielded;
    hasYielded |= yields;
    return isFirst;
  }

  /**
   * Returns how long to rest after a batch.
   *
   * @param records of the batch
   * @param took since the last rest
   */
  long restNanos(long records, long took) {
    int limit = mostPerSecond;
    return limit == 0 ? 0 : Math.max(0, records * SECOND / limit - took);
  }
}
