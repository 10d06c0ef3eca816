package dev.warmgate.transfer;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.warmgate.audit.Audit;
import dev.warmgate.audit.AuditContext;
import dev.warmgate.audit.AuditRecord;
import dev.warmgate.database.Database;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** Stores batches of rows, over one connection that only the import uses. */
public final class ImportDao implements AutoCloseable {
  /**
   * PostgreSQL refuses values of the rows; nothing of the batch was stored. The message is the
   * SQLSTATE.
   */
  static final class RefusedValues extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RefusedValues(String state, RuntimeException cause) {
      super(state, cause);
    }
  }

  /** Values out of range or that violate a constraint. */
  private static final Set<String> CLASSES_OF_VALUES = Set.of("21", "22", "23");

  /**
   * How rows are stored.
   *
   * @param dryRun whether to undo it, and to remember what it would have been
   * @param settles whether these are rows whose address another account had when they were stored
   *     before
   */
  record Mode(boolean dryRun, boolean settles) {}

  private static final String ROWS = "rows";
  private static final String MERGE = "merge";
  private static final int CHUNK = 1 << 16;
  private static final String COPY_IDS = "COPY import_row (ordinal, id, email) FROM STDIN";
  private static final String COPY = "COPY import_row (" + ImportRow.COLUMNS + ") FROM STDIN";

  private final Handle handle;
  private final MergeDao merging;
  private final SettleDao settling;
  private final SeenDao seen;
  private final Audit audit;

  /** Tells the records of this import from those of others that had the same connection. */
  private final UUID importId = UUID.randomUUID();

  private boolean hasRows;

  public ImportDao(Database database, Audit audit) {
    this.audit = audit;
    handle = database.open();
    merging = handle.attach(MergeDao.class);
    settling = handle.attach(SettleDao.class);
    seen = handle.attach(SeenDao.class);
  }

  ImportRunDao runs() {
    return handle.attach(ImportRunDao.class);
  }

  /** Runs the work in one transaction, which is undone if it fails. */
  void inTransaction(Runnable work) {
    handle.useTransaction(_ -> {
      // In each transaction: behind a pooler it may have another connection.
      merging.makeRowTable();
      seen.makeSeenTable();
      seen.makeDryRunTable();
      hasRows = false;
      work.run();
    });
  }

  /** Remembers the ids of rows that an earlier run has stored, which nobody else may have. */
  void remember(List<ImportRow> rows) {
    if (!rows.isEmpty()) {
      inTransaction(() -> {
        try {
          copy(COPY_IDS, rows, ImportRow::copyId);
        } catch (SQLException failed) {
          throw new IllegalStateException(failed);
        }
        List<Integer> _ = seen.removeRepeated(importId);
      });
    }
  }

  /**
   * Stores the rows, each of another account, all or none, within a transaction.
   *
   * @param mode what else to do
   * @throws RefusedValues if PostgreSQL does not accept one of them
   */
  List<MergeDao.Outcome> store(UUID run, List<ImportRow> rows, Mode mode) {
    if (hasRows) {
      merging.clear();
    }
    handle.savepoint(ROWS);
    List<MergeDao.Outcome> outcomes = new ArrayList<>(rows.size());
    try {
      copy(COPY, rows, ImportRow::copy);
      if (!mode.settles) {
        seen.removeRepeated(importId)
            .forEach(ordinal ->
                outcomes.add(new MergeDao.Outcome(ordinal, ImportOutcome.REPEATED, false, false)));
      }
      if (mode.dryRun) {
        handle.savepoint(MERGE);
        List<MergeDao.Outcome> merged = merge(run, rows, mode);
        handle.rollbackToSavepoint(MERGE);
        outcomes.addAll(asDryRun(merged));
      } else {
        outcomes.addAll(merge(run, rows, mode));
      }
    } catch (SQLException | RuntimeException failed) {
      handle.rollbackToSavepoint(ROWS);
      throw explained(failed);
    }
    handle.releaseSavepoint(ROWS);
    hasRows = true;
    return outcomes;
  }

  private List<MergeDao.Outcome> merge(UUID run, List<ImportRow> rows, Mode mode) {
    long _ = merging.lock();
    if (mode.settles) {
      record(mode, settling::vacate);
      settling.leaveRings();
    }
    List<MergeDao.Outcome> outcomes = new ArrayList<>(rows.size());
    // The statement writes its records itself, and a batch is no event for the log.
    List<AuditRecord> _ =
        audit.recordAll(origin -> {
          outcomes.addAll(merging.merge(run, origin));
          return List.of();
        });
    String ended =
        outcomes.stream()
            .filter(MergeDao.Outcome::endsSessions)
            .map(outcome -> rows.get(outcome.ordinal()).id().toString())
            .collect(Collectors.joining(" "));
    if (!ended.isEmpty()) {
      record(mode, origin -> merging.endSessions(ended, origin));
    }
    return outcomes;
  }

  /** What a dry run does is undone, and must not be in the log either. */
  private void record(Mode mode, Function<AuditContext, List<AuditRecord>> statement) {
    List<AuditRecord> _ =
        audit.recordAll(origin -> {
          List<AuditRecord> happened = statement.apply(origin);
          return mode.dryRun ? List.of() : happened;
        });
  }

  /** Returns which account has the address that a row wants, by the index of the row. */
  Map<Integer, UUID> holders(List<ImportRow> rows) {
    ArrayNode keys = JsonNodeFactory.instance.arrayNode();
    rows.forEach(row -> keys.add(Objects.requireNonNull(row.email()).key()));
    return settling.holders(keys.toString()).stream()
        .collect(Collectors.toMap(SettleDao.Holder::ordinal, SettleDao.Holder::id));
  }

  /** Corrects the outcomes by what earlier batches of the dry run would have stored. */
  private List<MergeDao.Outcome> asDryRun(List<MergeDao.Outcome> merged) {
    String created =
        merged.stream()
            .filter(outcome -> outcome.outcome() == ImportOutcome.CREATED)
            .map(outcome -> Integer.toString(outcome.ordinal()))
            .collect(Collectors.joining(" "));
    Set<Integer> free =
        Set.copyOf(created.isEmpty() ? List.of() : seen.noteCreated(importId, created));
    boolean lacksAccounts =
        merged.stream().anyMatch(outcome -> outcome.outcome() == ImportOutcome.UNKNOWN);
    Set<Integer> known = Set.copyOf(lacksAccounts ? seen.passwordsOfCreated(importId) : List.of());
    return merged.stream()
        .map(outcome ->
            switch (outcome.outcome()) {
              case CREATED ->
                  free.contains(outcome.ordinal())
                      ? outcome
                      : outcome.as(ImportOutcome.ADDRESS_TAKEN);
              case UNKNOWN ->
                  known.contains(outcome.ordinal()) ? outcome.as(ImportOutcome.CHANGED) : outcome;
              default -> outcome;
            })
        .toList();
  }

  /** Appends a row with its number in the format of COPY. */
  private interface Line {
    void append(ImportRow row, StringBuilder text, int ordinal);
  }

  private void copy(String into, List<ImportRow> rows, Line line) throws SQLException {
    CopyIn copy = handle.getConnection().unwrap(PGConnection.class).getCopyAPI().copyIn(into);
    try {
      StringBuilder text = new StringBuilder(CHUNK + CHUNK / 2);
      for (int i = 0; i < rows.size(); i++) {
        line.append(rows.get(i), text, i);
        if (text.length() >= CHUNK || i == rows.size() - 1) {
          byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
          copy.writeToCopy(bytes, 0, bytes.length);
          text.setLength(0);
        }
      }
      copy.endCopy();
    } finally {
      if (copy.isActive()) {
        copy.cancelCopy();
      }
    }
  }

  private static RuntimeException explained(Exception failed) {
    RuntimeException unchecked =
        failed instanceof RuntimeException known ? known : new IllegalStateException(failed);
    String state = state(failed);
    return state != null && CLASSES_OF_VALUES.contains(state.substring(0, 2))
        ? new RefusedValues(state, unchecked)
        : unchecked;
  }

  private static @Nullable String state(@Nullable Throwable failed) {
    return failed == null
        ? null
        : failed instanceof SQLException sql ? sql.getSQLState() : state(failed.getCause());
  }

  @Override
  public void close() {
    handle.close();
  }
}
