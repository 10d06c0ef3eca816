package dev.warmgate.transfer;

import dev.warmgate.factor.FactorSecrets;
import dev.warmgate.transfer.source.AccountReader;
import dev.warmgate.transfer.source.MalformedSource;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Imports accounts in batches, each with its progress in one transaction: a run that was killed
 * goes on where it was if its files and options are the same. A batch with a value that PostgreSQL
 * refuses is halved until only that row is left out. Rows whose address another account has are
 * tried again after the others, since that account may have got another address meanwhile.
 */
public final class Importer {
  /**
   * @param source the kind of source
   * @param sourceName the name under which its accounts are known; {@code null} for that of the
   *     kind
   * @param fingerprint of its files and of these options; {@code null} if they cannot be read twice
   * @param confirmed whether all addresses count as proven
   * @param dryRun whether to undo each batch
   * @param mostPerSecond limits the records per second; 0 to yield only while people use the
   *     service
   * @param factors encrypts second factors
   * @param passkeySite the domain that passkeys belong to here; {@code null} if there are none
   */
  public record Options(
      String source,
      @Nullable String sourceName,
      byte @Nullable [] fingerprint,
      boolean confirmed,
      boolean dryRun,
      int mostPerSecond,
      FactorSecrets factors,
      @Nullable String passkeySite) {}

  /** Is told what happens. */
  public interface Listener {
    /** Records of an earlier run are left out. */
    void resumed(long done);

    /** People use the service: from now on the import takes no more records a second than that. */
    void yields(int mostPerSecond);

    /** Something was left out; names the file, the line and the reason. */
    void problem(String text);

    /**
     * @param done how many records of the source are done
     */
    void progress(long done);
  }

  /** Says that another import is running: this one has stored nothing. */
  public static final class AlreadyRunning extends Exception {
    private static final long serialVersionUID = 1L;

    AlreadyRunning() {
      super("Another import is running.");
    }
  }

  /** A row that was counted as refused, and may not be. */
  private record Contested(ImportRow row, MergeDao.Outcome outcome) {}

  private static final UUID DRY_RUN = new UUID(0, 0);

  private final ImportDao dao;
  private final ImportRunDao runs;
  private final Options options;
  private final Pace pace;
  private final Listener listener;
  private final List<ImportBatch.Problem> problems = new ArrayList<>();
  private final List<Contested> contested = new ArrayList<>();
  private ImportReport report = ImportReport.of("{}");
  private @Nullable UUID run;
  private long done;
  private long rested;

  public Importer(ImportDao dao, Options options, Listener listener) {
    this.dao = dao;
    this.runs = dao.runs();
    this.options = options;
    this.pace = new Pace(options.mostPerSecond, runs::isServiceInUse);
    this.listener = listener;
  }

  /**
   * Imports what the reader finds.
   *
   * @throws AlreadyRunning if another import is running
   * @throws MalformedSource if the source has no records or could not be read to its end; what was
   *     read is stored
   * @throws InterruptedException if this thread was interrupted
   */
  public ImportReport run(AccountReader reader)
      throws IOException, MalformedSource, AlreadyRunning, InterruptedException {
    if (!runs.tryLock()) {
      throw new AlreadyRunning();
    }
    if (options.dryRun) {
      run = DRY_RUN;
    } else if (options.fingerprint != null) {
      runs.unfinished(name(), options.fingerprint).ifPresent(this::resume);
    }
    try (ReadAhead ahead = new ReadAhead(reader, options, pace, done)) {
      ahead.start();
      storeAll(ahead);
      settle();
      throwFailure(ahead.failure());
      if (ahead.records() == 0) {
        throw new MalformedSource("The source has no records.");
      }
    }
    if (run != null && !options.dryRun) {
      runs.finish(run);
    }
    return report;
  }

  private String name() {
    return options.sourceName == null ? options.source : options.sourceName;
  }

  private void resume(ImportRunDao.Run unfinished) {
    run = unfinished.id();
    done = unfinished.done();
    report = ImportReport.of(unfinished.counts());
    listener.resumed(done);
  }

  private void storeAll(ReadAhead ahead) throws InterruptedException {
    rested = System.nanoTime();
    for (Optional<ImportBatch> next = ahead.next(); next.isPresent(); next = ahead.next()) {
      ImportBatch batch = next.get();
      if (batch.ends <= done) {
        dao.remember(batch.rows);
        continue;
      }
      store(batch);
      listener.progress(done);
      rest(batch.ends - batch.begins);
      if (contested.size() >= Pace.MOST_ROWS
          || contested.stream().mapToLong(one -> one.row.chars()).sum() >= ImportBatch.MOST_CHARS) {
        settle();
      }
    }
  }

  private void rest(long records) throws InterruptedException {
    if (pace.look()) {
      listener.yields(Pace.PER_SECOND_BESIDE_TRAFFIC);
    }
    Thread.sleep(Duration.ofNanos(pace.restNanos(records, System.nanoTime() - rested)));
    rested = System.nanoTime();
  }

  private void store(ImportBatch batch) {
    problems.addAll(batch.problems);
    dao.inTransaction(() -> {
      UUID known = run == null ? runs.begin(name(), options.fingerprint) : run;
      run = known;
      store(known, batch.rows, new ImportDao.Mode(options.dryRun, false));
      batch.counts.forEach(report::add);
      done = batch.ends;
      keepProgress(known);
    });
    tellProblems();
  }

  /** Tries the rows again whose address another account had, as long as it helps. */
  private void settle() throws InterruptedException {
    for (int before = Integer.MAX_VALUE; !contested.isEmpty() && contested.size() < before; ) {
      before = contested.size();
      List<ImportRow> rows = contested.stream().map(Contested::row).toList();
      contested.clear();
      Deque<List<ImportRow>> groups = AddressRings.of(rows, dao.holders(rows));
      while (!groups.isEmpty()) {
        List<ImportRow> batch = new ArrayList<>(groups.remove());
        while (!groups.isEmpty() && batch.size() + groups.element().size() <= pace.rows()) {
          batch.addAll(groups.remove());
        }
        settle(batch);
        rest(batch.size());
      }
    }
    contested.forEach(one -> addProblem(one.row, one.outcome.outcome().problem()));
    contested.clear();
    tellProblems();
  }

  private void settle(List<ImportRow> batch) {
    dao.inTransaction(() -> {
      UUID known = run == null ? DRY_RUN : run;
      report.add(ImportReport.REFUSED, -batch.size());
      store(known, batch, new ImportDao.Mode(options.dryRun, true));
      keepProgress(known);
    });
  }

  private void keepProgress(UUID known) {
    if (!options.dryRun) {
      runs.progress(known, done, report.json());
    }
  }

  private void store(UUID known, List<ImportRow> rows, ImportDao.Mode mode) {
    if (rows.isEmpty()) {
      return;
    }
    try {
      for (MergeDao.Outcome outcome : dao.store(known, rows, mode)) {
        take(rows.get(outcome.ordinal()), outcome);
      }
    } catch (ImportDao.RefusedValues refused) {
      if (rows.size() == 1) {
        report.add(ImportReport.REFUSED, 1);
        addProblem(
            rows.getFirst(),
            "has a value that PostgreSQL does not store (" + refused.getMessage() + ")");
        return;
      }
      int half = rows.size() / 2;
      store(known, rows.subList(0, half), mode);
      store(known, rows.subList(half, rows.size()), mode);
    }
  }

  private void take(ImportRow row, MergeDao.Outcome outcome) {
    report.add(outcome.outcome().count(), 1);
    if (outcome.outcome().isContested()) {
      contested.add(new Contested(row, outcome));
    } else if (outcome.outcome().problem() != null) {
      addProblem(row, outcome.outcome().problem());
    }
    if (outcome.lacksIdentity()) {
      report.add(ImportReport.WITHOUT_IDENTITY, 1);
      addProblem(
          row, "has an identity that belongs to another account; everything else was taken over");
    }
  }

  private void addProblem(ImportRow row, @Nullable String what) {
    problems.add(new ImportBatch.Problem(row.number(), row.place(), what));
  }

  /** Tells them in the order of the source. */
  private void tellProblems() {
    problems.sort(Comparator.comparingLong(ImportBatch.Problem::number));
    problems.forEach(problem -> listener.problem(problem.toString()));
    problems.clear();
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
