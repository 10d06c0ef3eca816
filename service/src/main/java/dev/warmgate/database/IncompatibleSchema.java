package dev.warmgate.database;

/**
 * Thrown if the database has a schema that this build cannot migrate. It stops the start, since
 * another attempt cannot succeed.
 */
public final class IncompatibleSchema extends RuntimeException {
  private static final long serialVersionUID = 1;

  IncompatibleSchema() {
    super(
        "the database was made by an older build, and its schema cannot be brought up to date: use"
            + " an empty database (locally: scripts/run.sh --fresh)");
  }
}
