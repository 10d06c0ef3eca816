package dev.warmgate.database;

import org.jdbi.v3.sqlobject.statement.SqlQuery;

/**
 * Makes and drops partitions of the tables that grow with time, by functions of the database: the
 * role of the service may do neither itself.
 */
public interface PartitionDao {
  /** Makes the missing partitions of yesterday, today and the next days. */
  @SqlQuery("SELECT make_partitions()")
  int make();

  /**
   * Drops the oldest partition if it ended that long ago and no pending webhook delivery needs it.
   * The function enforces a minimum age, whatever is asked for.
   *
   * @return number of partitions dropped: 0 or 1
   */
  @SqlQuery("SELECT drop_partition(:table, :olderThanSeconds * INTERVAL '1 s')")
  int dropOldest(String table, long olderThanSeconds);
}
