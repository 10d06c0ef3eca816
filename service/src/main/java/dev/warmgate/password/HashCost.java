package dev.warmgate.password;

/**
 * What computing one hash costs, as far as its parameters tell: a plan for memory and queue, not a
 * measurement.
 *
 * @param memoryKib memory in KiB
 * @param millis time on one core of a server
 */
public record HashCost(long memoryKib, double millis) {
  private static final double ARGON2_MILLIS_PER_KIB = 0.0006;

  /** The cost of Argon2 with that memory and so many passes over it. */
  public static HashCost argon2(long memoryKib, int iterations) {
    return new HashCost(memoryKib, ARGON2_MILLIS_PER_KIB * memoryKib * iterations);
  }

  /** The cost of two such hashes, one after the other. */
  HashCost twice() {
    return new HashCost(memoryKib, 2 * millis);
  }

  /** How many hashes of that cost take the time of this one; at least one. */
  int timesTheTimeOf(HashCost other) {
    return (int) Math.max(1, Math.round(millis / other.millis));
  }

  /** How many hashes of that cost take the memory of this one, rounded up; at least one. */
  int timesTheMemoryOf(HashCost other) {
    return (int) Math.max(1, Math.ceilDiv(memoryKib, other.memoryKib));
  }
}
