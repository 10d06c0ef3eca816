package dev.warmgate.transfer;

import dev.warmgate.audit.Audit;
import dev.warmgate.audit.AuditRecord;
import dev.warmgate.database.Database;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
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

  private static final int CHUNK = 1 << 16;
  private static final String COPY = "COPY import_row (" + ImportRow.COLUMNS + ") FROM STDIN";

  private final Handle handle;
  private final MergeDao merging;
  private final Audit audit;

  public ImportDao(Database database, Audit audit) {
    this.audit = audit;
    handle = database.open();
    merging = handle.attach(MergeDao.class);
  }

  ImportRunDao runs() {
    return handle.attach(ImportRunDao.class);
  }

  /**
   * Stores the rows, each of another account, all or none.
   *
   * @param dryRun whether to undo it
   * @throws RefusedValues if PostgreSQL does not accept one of them
   */
  List<MergeDao.Outcome> store(UUID run, List<ImportRow> rows, boolean dryRun) {
    handle.begin();
    try {
      List<MergeDao.Outcome> outcomes = copyAndMerge(run, rows);
      if (dryRun) {
        handle.rollback();
      } else {
        handle.commit();
      }
      return outcomes;
    } catch (SQLException | RuntimeException failed) {
      handle.rollback();
      throw explained(failed);
    }
  }

  private List<MergeDao.Outcome> copyAndMerge(UUID run, List<ImportRow> rows) throws SQLException {
    // In each transaction: behind a pooler it may have another connection.
    merging.makeTable();
    copy(rows);
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
      List<AuditRecord> _ = audit.recordAll(origin -> merging.endSessions(ended, origin));
    }
    return outcomes;
  }

  private void copy(List<ImportRow> rows) throws SQLException {
    CopyIn copy = handle.getConnection().unwrap(PGConnection.class).getCopyAPI().copyIn(COPY);
    try {
      StringBuilder text = new StringBuilder(CHUNK + CHUNK / 2);
      for (int i = 0; i < rows.size(); i++) {
        rows.get(i).copy(text, i);
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
