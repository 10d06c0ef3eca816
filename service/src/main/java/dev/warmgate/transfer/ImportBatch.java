package dev.warmgate.transfer;

import dev.warmgate.transfer.source.SourceAccount;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Successive records of a source: the rows to store, and what became of the others. */
final class ImportBatch {
  static final int MOST_CHARS = 4 << 20;

  /**
   * What the operator must know of a record.
   *
   * @param number of the record in the source
   */
  record Problem(long number, SourceAccount.Place place, @Nullable String what) {
    @Override
    public String toString() {
      return place + ": " + what;
    }
  }

  private static final int MOST_RECORDS = 20_000;

  final List<ImportRow> rows = new ArrayList<>();
  final Map<String, Long> counts = new TreeMap<>();
  final List<Problem> problems = new ArrayList<>();

  /** How many records of the source precede this batch. */
  final long begins;

  /** How many are done once it is stored. */
  long ends;

  private final int mostRows;
  private final Set<UUID> accounts = new HashSet<>();
  private final Set<UUID> passwords = new HashSet<>();
  private long chars;

  ImportBatch(long begins, int mostRows) {
    this.mostRows = mostRows;
    this.begins = begins;
    this.ends = begins;
  }

  /** Whether the batch has a row of the same account, of which one statement takes only one. */
  boolean has(ImportRow row) {
    return accounts.contains(row.id()) || passwords.contains(row.id());
  }

  /** Whether the batch has a row of the same account and kind. */
  boolean repeats(ImportRow row) {
    return (row.isPassword() ? passwords : accounts).contains(row.id());
  }

  void add(ImportRow row) {
    rows.add(row);
    (row.isPassword() ? passwords : accounts).add(row.id());
    chars += row.chars();
  }

  void count(String what) {
    counts.merge(what, 1L, Long::sum);
  }

  boolean isFull() {
    return rows.size() >= mostRows || chars >= MOST_CHARS || ends - begins >= MOST_RECORDS;
  }
}
