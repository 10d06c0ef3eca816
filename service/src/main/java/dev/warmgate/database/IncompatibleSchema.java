package dev.warmgate.database;

/**
 * Thrown if the database holds tables that this build cannot migrate. It stops the start, since
 * another attempt cannot succeed.
 */
public final class IncompatibleSchema extends RuntimeException {
  private static final long serialVersionUID = 1;

  private IncompatibleSchema(String found) {
    super(found + ": use an empty database (locally: scripts/run.sh --fresh)");
  }

  static IncompatibleSchema ofAnOlderBuild() {
    return new IncompatibleSchema(
        "the database was made by an older build, and its schema cannot be brought up to date");
  }

  static IncompatibleSchema ofAnotherProgram() {
    return new IncompatibleSchema("the database's schema holds tables that are not Warmgate's");
  }
}
