package dev.warmgate.transfer;

import dev.warmgate.transfer.source.AccountReader;
import dev.warmgate.transfer.source.AccountSink;
import dev.warmgate.transfer.source.MalformedSource;
import dev.warmgate.transfer.source.Skipped;
import dev.warmgate.transfer.source.SourceAccount;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Reads and checks a source on a thread of its own, at most two batches ahead of the storing. If
 * the source cannot be read to its end, {@link #failure} says so after the last batch.
 */
final class ReadAhead implements AccountSink, AutoCloseable {
  private final AccountReader reader;
  private final Intake intake;
  private final long alreadyDone;
  private final Pace pace;
  private final BlockingQueue<Optional<ImportBatch>> ready = new ArrayBlockingQueue<>(2);
  private final Thread thread =
      Thread.ofPlatform().name("import-reader").daemon().unstarted(this::read);
  private ImportBatch batch;
  private long seen;
  private volatile @Nullable Exception failure;

  /**
   * @param pace tells how large batches are
   * @param alreadyDone how many records an earlier run has stored; a batch has only such, or none
   */
  ReadAhead(AccountReader reader, Importer.Options options, Pace pace, long alreadyDone) {
    this.reader = reader;
    this.intake =
        new Intake(
            options.confirmed(),
            options.sourceName(),
            new FactorIntake(
                options.factors(),
                options.passkeySite(),
                (place, what) -> problem(ImportReport.FACTORS_LEFT_OUT, place, what)),
            (place, what) -> problem(ImportReport.WITHOUT_PASSWORD, place, what));
    this.alreadyDone = alreadyDone;
    this.pace = pace;
    this.batch = new ImportBatch(0, rows());
  }

  /** The records that are done cost the database next to nothing. */
  private int rows() {
    return seen < alreadyDone ? Pace.MOST_ROWS : pace.rows();
  }

  void start() {
    thread.start();
  }

  /** Waits for the next batch; nothing at the end. */
  Optional<ImportBatch> next() throws InterruptedException {
    return ready.take();
  }

  /** Why the source was not read to its end; {@code null} if it was. */
  @Nullable Exception failure() {
    return failure;
  }

  /** How many records the source has; known at the end. */
  long records() {
    return seen;
  }

  private void read() {
    try {
      try {
        reader.read(this);
      } catch (MalformedSource | IOException | RuntimeException stopped) {
        if (stopped.getCause() instanceof InterruptedException) {
          return;
        }
        failure = stopped;
      } catch (Error fatal) {
        // Otherwise the storing thread would wait for ever.
        failure = new IllegalStateException(fatal);
      }
      ready.put(Optional.of(batch));
      ready.put(Optional.empty());
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void account(SourceAccount account) {
    seen++;
    if (account.email == null) {
      batch.count(ImportReport.of(account.kindWithoutAddress));
    } else {
      add(account, true);
    }
    end();
  }

  @Override
  public void password(SourceAccount password) {
    seen++;
    add(password, false);
    end();
  }

  @Override
  public void skipped(Skipped kind) {
    seen++;
    batch.count(ImportReport.of(kind));
    end();
  }

  @Override
  public void refused(SourceAccount.Place place, String why) {
    seen++;
    refuse(place, why);
    end();
  }

  private void add(SourceAccount account, boolean isAccount) {
    try {
      ImportRow row = isAccount ? intake.account(account, seen) : intake.password(account, seen);
      if (batch.repeats(row)) {
        refuse(account.place, ImportOutcome.REPEATED.problem());
        return;
      }
      if (batch.has(row)) {
        handOver();
      }
      batch.add(row);
    } catch (Intake.Refused refused) {
      refuse(account.place, refused.getMessage());
    }
  }

  private void refuse(SourceAccount.Place place, @Nullable String why) {
    batch.count(ImportReport.REFUSED);
    batch.problems.add(new ImportBatch.Problem(seen, place, why));
  }

  private void problem(String count, SourceAccount.Place place, String what) {
    batch.count(count);
    batch.problems.add(new ImportBatch.Problem(seen, place, what));
  }

  private void end() {
    batch.ends = seen;
    if (batch.isFull() || seen == alreadyDone) {
      handOver();
    }
  }

  private void handOver() {
    try {
      ready.put(Optional.of(batch));
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(closed);
    }
    batch = new ImportBatch(batch.ends, rows());
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
