package dev.warmgate.transfer;

import dev.warmgate.transfer.source.AccountReader;
import dev.warmgate.transfer.source.MalformedSource;
import dev.warmgate.transfer.source.SourceAccount;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Imports accounts in batches, each in one transaction, and keeps its progress beside them: a run
 * that was killed goes on where it was if its files are the same. A batch with a value that
 * PostgreSQL refuses is halved until only that row is left out.
 */
public final class Importer {
  /**
   * @param source the name of the source
   * @param fingerprint of its files; {@code null} if they cannot be read twice
   * @param confirmed whether all addresses count as proven
   * @param dryRun whether to undo each batch
   * @param mostPerSecond limits the records per second; 0 for no limit
   */
  public record Options(
      String source,
      byte @Nullable [] fingerprint,
      boolean confirmed,
      boolean dryRun,
      int mostPerSecond) {}

  /** Is told what happens. */
  public interface Listener {
    /** Records of an earlier run are left out. */
    void resumed(long done);

    /** Something was left out; names the file, the line and the reason. */
    void problem(String text);

    /**
     * @param done how many records of the source are done
     */
    void progress(long done);
  }

  private final ImportDao dao;
  private final Options options;
  private final Listener listener;

  public Importer(ImportDao dao, Options options, Listener listener) {
    this.dao = dao;
    this.options = options;
    this.listener = listener;
  }

  /**
   * Imports what the reader finds.
   *
   * @throws MalformedSource if another import is running, or the source could not be read to its
   *     end; what was read is stored
   * @throws InterruptedException if this thread was interrupted
   */
  public ImportReport run(AccountReader reader)
      throws IOException, MalformedSource, InterruptedException {
    ImportRunDao runs = dao.runs();
    if (!runs.tryLock()) {
      throw new MalformedSource("Another import is running.");
    }
    Optional<ImportRunDao.Run> unfinished =
        options.fingerprint == null || options.dryRun
            ? Optional.empty()
            : runs.unfinished(options.source, options.fingerprint);
    unfinished.ifPresent(run -> listener.resumed(run.done()));
    UUID id =
        options.dryRun
            ? new UUID(0, 0)
            : unfinished
                .map(ImportRunDao.Run::id)
                .orElseGet(() -> runs.begin(options.source, options.fingerprint));
    ImportReport report = ImportReport.of(unfinished.map(ImportRunDao.Run::counts).orElse("{}"));
    long alreadyDone = unfinished.map(ImportRunDao.Run::done).orElse(0L);
    try (ReadAhead ahead = new ReadAhead(reader, options.confirmed, alreadyDone)) {
      ahead.start();
      storeAll(id, ahead, report, runs);
      throwFailure(ahead.failure());
    }
    if (!options.dryRun) {
      runs.finish(id);
    }
    return report;
  }

  private void storeAll(UUID id, ReadAhead ahead, ImportReport report, ImportRunDao runs)
      throws InterruptedException {
    long began = System.nanoTime();
    long records = 0;
    for (Optional<ImportBatch> next = ahead.next(); next.isPresent(); next = ahead.next()) {
      ImportBatch batch = next.get();
      store(id, batch.rows, report);
      batch.counts.forEach(report::add);
      batch.problems.forEach(listener::problem);
      if (!options.dryRun) {
        runs.progress(id, batch.ends, report.json());
      }
      listener.progress(batch.ends);
      records += batch.ends - batch.begins;
      keepPace(began, records);
    }
  }

  private void keepPace(long began, long records) throws InterruptedException {
    if (options.mostPerSecond > 0) {
      long dueMillis = 1000 * records / options.mostPerSecond;
      long wait = dueMillis - (System.nanoTime() - began) / 1_000_000;
      if (wait > 0) {
        Thread.sleep(wait);
      }
    }
  }

  private void store(UUID id, List<ImportRow> rows, ImportReport report) {
    if (rows.isEmpty()) {
      return;
    }
    List<MergeDao.Outcome> outcomes;
    try {
      outcomes = dao.store(id, rows, options.dryRun);
    } catch (ImportDao.RefusedValues refused) {
      if (rows.size() == 1) {
        report.add(ImportReport.REFUSED, 1);
        problem(
            rows.getFirst().place(),
            "has a value that PostgreSQL does not store (" + refused.getMessage() + ")");
        return;
      }
      int half = rows.size() / 2;
      store(id, rows.subList(0, half), report);
      store(id, rows.subList(half, rows.size()), report);
      return;
    }
    for (MergeDao.Outcome outcome : outcomes) {
      report(rows.get(outcome.ordinal()).place(), outcome.outcome(), report);
    }
  }

  private void report(SourceAccount.Place place, String outcome, ImportReport report) {
    String problem =
        switch (outcome) {
          case "unknown" -> "is a password of an account that was not imported";
          case "id taken" -> "has the id of an account that was made here";
          case "address taken" -> "has the address of another account";
          case "new address taken" ->
              "has a new address, which is another account's; everything else was taken over";
          default -> "";
        };
    if (problem.isEmpty()) {
      report.add(outcome, 1);
    } else {
      report.add(ImportReport.REFUSED, 1);
      problem(place, problem);
    }
  }

  private void problem(SourceAccount.Place place, String what) {
    listener.problem(place + ": " + what);
  }

  private static void throwFailure(@Nullable Exception failure)
      throws IOException, MalformedSource {
    switch (failure) {
      case null -> {}
      case IOException unreadable -> throw unreadable;
      case MalformedSource malformed -> throw malformed;
      case RuntimeException bug -> throw bug;
      default -> throw new IllegalStateException(failure);
    }
  }
}
