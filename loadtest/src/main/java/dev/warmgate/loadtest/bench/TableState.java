package dev.warmgate.loadtest.bench;

import dev.warmgate.loadtest.stack.StackDatabase;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;

/**
 * The rows and the size of a table with its indexes, by PostgreSQL's own statistics, which idle
 * connections publish seconds late.
 */
record TableState(long live, long dead, long bytes) {
  /** Smaller tables are not judged: they are empty at times, and a page more is a large share. */
  private static final long JUDGED_BYTES = 1 << 20;

  /** Returns the state of every table and partition, by name. */
  static Map<String, TableState> all(StackDatabase database) throws SQLException {
    Map<String, TableState> all = new TreeMap<>();
    database
        .rows(
            "SELECT relname, n_live_tup, n_dead_tup, pg_total_relation_size(relid)"
                + " FROM pg_stat_user_tables",
            row ->
                Map.entry(
                    row.getString(1),
                    new TableState(row.getLong(2), row.getLong(3), row.getLong(4))))
        .forEach(table -> all.put(table.getKey(), table.getValue()));
    return all;
  }

  boolean isJudged() {
    return bytes >= JUDGED_BYTES;
  }

  double deadPercent() {
    return live + dead == 0 ? 0 : 100.0 * dead / (live + dead);
  }

  /** Returns the ratio of the sizes, in proportion to the live rows if there are more of them. */
  double growthSince(TableState earlier) {
    double rows = (double) live / Math.max(1, earlier.live);
    return (double) bytes / Math.max(1, earlier.bytes) / Math.max(1, rows);
  }
}
