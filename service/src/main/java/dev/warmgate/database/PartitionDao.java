package dev.warmgate.database;

import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/**
 * Calls the functions that make and drop the partitions of the tables that grow with time. They run
 * with the owner's rights, which the service's role lacks.
 */
public interface PartitionDao {
  /** Makes the partitions of now, the period before and the next three, where they are missing. */
  @SqlQuery("SELECT make_partitions()")
  int make();

  /**
   * Drops the oldest partition if it ended so long ago and no webhook needs it. The function keeps
   * what is younger than the table's least age.
   *
   * @return how many: 0 or 1
   */
  @SqlQuery("SELECT drop_partition(:table, :olderThanSeconds * INTERVAL '1 s')")
  int dropOldest(String table, long olderThanSeconds);

  /** Grants the service's role its rights; only the owner can. */
  @SqlUpdate("CALL let_serve(CAST(:role AS name))")
  void letServe(String role);
}
