package dev.warmgate.transfer;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/** Successive records of a source: the rows to store, and what became of the others. */
final class ImportBatch {
  private static final int MOST_ROWS = 5000;
  private static final int MOST_CHARS = 4 << 20;
  private static final int MOST_RECORDS = 20_000;

  final List<ImportRow> rows = new ArrayList<>();
  final Map<String, Long> counts = new TreeMap<>();
  final List<String> problems = new ArrayList<>();

  /** How many records of the source precede this batch. */
  final long begins;

  /** How many are done once it is stored. */
  long ends;

  private final Set<UUID> ids = new HashSet<>();
  private long chars;

  ImportBatch(long begins) {
    this.begins = begins;
    this.ends = begins;
  }

  /** Whether the batch has a row of the same account, of which one statement takes only one. */
  boolean has(ImportRow row) {
    return ids.contains(row.id());
  }

  void add(ImportRow row) {
    rows.add(row);
    ids.add(row.id());
    chars += row.userMetadata().length() + row.appMetadata().length();
  }

  void count(String what) {
    counts.merge(what, 1L, Long::sum);
  }

  boolean isFull() {
    return rows.size() >= MOST_ROWS || chars >= MOST_CHARS || ends - begins >= MOST_RECORDS;
  }
}
