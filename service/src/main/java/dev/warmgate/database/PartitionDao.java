package dev.warmgate.database;

import org.jdbi.v3.sqlobject.statement.SqlQuery;

/**
 * The partitions of the tables that grow with time. The database's own functions make and drop
 * them: the service's role could do neither.
 */
public interface PartitionDao {
  /** Makes those of today, of yesterday and of the next days, where they are missing. */
  @SqlQuery("SELECT make_partitions()")
  int make();

  /**
   * Drops the oldest partition if it ended so long ago and no webhook has still to be told of what
   * it holds. Whatever age is asked for, the function keeps a least one.
   *
   * @return how many: 0 or 1
   */
  @SqlQuery("SELECT drop_partition(:table, :olderThanSeconds * INTERVAL '1 s')")
  int dropOldest(String table, long olderThanSeconds);
}
