package dev.warmgate.outbox;

import dev.warmgate.logging.RootCause;
import io.dropwizard.lifecycle.Managed;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for work in an outbox at an interval, or at once when it is woken, and sends on virtual
 * threads. All state is in PostgreSQL: while it is unavailable, work is delayed, and if this
 * process is killed, another replica continues when the leases of what was being sent end.
 */
public final class Dispatcher implements Managed {
  private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(2);

  /** What one outbox does. Only one thread calls it. */
  public interface Outlet {
    /**
     * Claims what is due and gives it to {@link Dispatcher#send}.
     *
     * @param first whether no call has succeeded yet
     */
    void work(boolean first);

    /** Ends running calls; from now on they count as never made. */
    void close();
  }

  private final String what;
  private final Duration interval;
  private final Outlet outlet;
  private final ExecutorService senders;
  private final Semaphore wake = new Semaphore(0);
  private final Thread thread;

  // Used by the dispatcher's thread only.
  private boolean started;
  private boolean failing;

  private volatile boolean stopping;

  /**
   * @param what is sent, in the plural, as the log names it
   */
  public Dispatcher(String what, Duration interval, Outlet outlet) {
    this.what = what;
    this.interval = interval;
    this.outlet = outlet;
    this.senders =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name(what + "-", 0).factory());
    this.thread = Thread.ofPlatform().name(what).daemon().unstarted(this::run);
  }

  /** Looks for work now. */
  public void wake() {
    wake.release();
  }

  public boolean isStopping() {
    return stopping;
  }

  /** Runs a call that may take long. */
  public void send(Runnable call) {
    senders.execute(call);
  }

  private void run() {
    try {
      while (!stopping) {
        boolean _ = wake.tryAcquire(interval.toMillis(), TimeUnit.MILLISECONDS);
        wake.drainPermits();
        follow();
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private void follow() {
    try {
      outlet.work(!started);
      if (failing) {
        log.info("{} are delivered again", what);
      }
      started = true;
      failing = false;
    } catch (RuntimeException unavailable) {
      // Before the first success the table may not exist yet.
      if (started && !failing) {
        log.warn("{} are delayed: {}", what, RootCause.of(unavailable));
      }
      failing = started;
    }
  }

  @Override
  public void start() {
    thread.start();
  }

  @Override
  public void stop() throws InterruptedException {
    // Do not interrupt the thread: that would break a connection in use.
    stopping = true;
    wake();
    thread.join(STOP_PATIENCE);
    outlet.close();
    senders.shutdown();
    boolean _ = senders.awaitTermination(STOP_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
  }
}
