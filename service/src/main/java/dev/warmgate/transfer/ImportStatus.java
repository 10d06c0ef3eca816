package dev.warmgate.transfer;

import dev.warmgate.account.ForeignHashDao;
import dev.warmgate.database.Database;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * What was imported, and what of it is left to do.
 *
 * @param runs the latest imports in words, newest first
 * @param accounts that were imported and still exist
 * @param withoutPassword of these
 * @param hashes that no login has replaced yet
 */
public record ImportStatus(
    List<String> runs, long accounts, long withoutPassword, List<ForeignHashDao.Left> hashes) {
  private static final int LATEST = 10;

  public static ImportStatus of(Database database) {
    ImportRunDao imports = database.unhurriedDao(ImportRunDao.class);
    return new ImportStatus(
        imports.latest(LATEST).stream().map(ImportStatus::words).toList(),
        imports.imported(),
        imports.withoutPassword(),
        database.unhurriedDao(ForeignHashDao.class).count());
  }

  private static String words(ImportRunDao.Run run) {
    return "%s from %s, %s: %s"
        .formatted(
            run.startedAt().truncatedTo(ChronoUnit.SECONDS),
            run.source(),
            run.finishedAt() == null ? "not finished" : "finished",
            ImportReport.of(run.counts()));
  }
}
