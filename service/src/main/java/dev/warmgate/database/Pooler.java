package dev.warmgate.database;

/** What pools connections between the service and PostgreSQL, and so what a connection can do. */
public enum Pooler {
  /** Each connection is a session of PostgreSQL. */
  NONE,
  /**
   * A connection is a session for one transaction only: nothing may be set or prepared for longer,
   * so a slow statement ends with its connection, not by a timeout of the server.
   */
  TRANSACTION,
  /** As above, but prepared statements are kept: PgBouncer 1.21 or newer, or sessions. */
  PREPARED
}
