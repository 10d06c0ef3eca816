package dev.warmgate.mail;

import dev.warmgate.outbox.Dispatcher;
import dev.warmgate.outbox.Outbox;
import io.dropwizard.lifecycle.Managed;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Sends queued mails, each on one of a few connections. All state is in PostgreSQL: if this process
 * is killed, another replica sends what is left, at the latest when the leases of running attempts
 * end.
 */
public final class MailDispatcher implements Dispatcher.Outlet, Managed {
  private static final int CONNECTIONS = 4;

  /** Added to the time limit of a mail, because a slow name lookup cannot be aborted. */
  private static final Duration LEASE_SLACK = Duration.ofSeconds(10);

  private static final Duration COUNTED_EVERY = Duration.ofSeconds(10);

  private final Outbox<MailDao> outbox;
  private final SmtpClient client;
  private final MailWorker worker;
  private final MailMetrics metrics;
  private final long leaseMillis;
  private final AtomicInteger busy = new AtomicInteger();
  private final Dispatcher dispatcher;

  /** Used by the dispatcher's thread only. */
  private long countedAt = System.nanoTime() - COUNTED_EVERY.toNanos();

  MailDispatcher(
      Outbox<MailDao> outbox,
      SmtpClient client,
      MailWorker worker,
      MailMetrics metrics,
      MailConfiguration configuration) {
    this.outbox = outbox;
    this.client = client;
    this.worker = worker;
    this.metrics = metrics;
    this.leaseMillis = configuration.timeout().toJavaDuration().plus(LEASE_SLACK).toMillis();
    this.dispatcher = new Dispatcher("mails", configuration.interval().toJavaDuration(), this);
  }

  /** Sends what was queued just now, without waiting for the next look into the outbox. */
  public void announce() {
    dispatcher.wake();
  }

  @Override
  public void work(boolean first) {
    client.closeIdle();
    if (client.needsProbe()) {
      dispatcher.send(client::probe);
    }
    if (System.nanoTime() - countedAt >= COUNTED_EVERY.toNanos()) {
      metrics.waiting(outbox.ask(MailDao::queue));
      countedAt = System.nanoTime();
    }
    int most = client.mostNow(CONNECTIONS - busy.get());
    if (most > 0) {
      for (MailDao.Claimed mail : outbox.ask(dao -> dao.claim(most, leaseMillis))) {
        busy.incrementAndGet();
        dispatcher.send(() -> deliver(mail));
      }
    }
  }

  private void deliver(MailDao.Claimed mail) {
    try {
      worker.deliver(mail);
    } finally {
      busy.decrementAndGet();
      dispatcher.wake();
    }
  }

  @Override
  public void close() {
    client.close();
  }

  @Override
  public void start() {
    dispatcher.start();
  }

  @Override
  public void stop() throws InterruptedException {
    dispatcher.stop();
  }
}
