package dev.warmgate.database;

/**
 * The database holds a schema that no migration of this build can start from. Trying again is of no
 * use, so it stops the start.
 */
public final class IncompatibleSchema extends RuntimeException {
  private static final long serialVersionUID = 1;

  IncompatibleSchema() {
    super(
        "the database was made by an older build, and its schema cannot be brought up to date: use"
            + " an empty database (locally: scripts/run.sh --fresh)");
  }
}
