package dev.warmgate.password;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;

/**
 * Argon2id parameters; the defaults are the second row of the OWASP Password Storage Cheat Sheet.
 *
 * @param memoryKib memory of one hash in KiB
 * @param iterations passes over that memory
 * @param threads concurrent hashes; 0 means one per processor, if their memory fits
 * @param library path of a libargon2 that hashes in place of libsodium, or empty
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record HashingConfiguration(
    @Min(LEAST_MEMORY_KIB) @Max(MOST_MEMORY_KIB) Integer memoryKib,
    @Min(1) @Max(MOST_ITERATIONS) Integer iterations,
    @Min(0) @Max(64) Integer threads,
    String library) {
  /** What Argon2 needs for one lane (RFC 9106, section 3.1). */
  public static final int LEAST_MEMORY_KIB = 8;

  public static final int MOST_MEMORY_KIB = 1 << 20;
  public static final int MOST_ITERATIONS = 20;

  public HashingConfiguration(
      @Nullable Integer memoryKib,
      @Nullable Integer iterations,
      @Nullable Integer threads,
      @Nullable String library) {
    this.memoryKib = memoryKib == null ? 19456 : memoryKib;
    this.iterations = iterations == null ? 2 : iterations;
    this.threads = threads == null ? 0 : threads;
    this.library = library == null ? "" : library.strip();
  }

  /**
   * Whether it is at least one of OWASP's parameter sets, which trade memory against passes at
   * about the same cost to an attacker.
   */
  @JsonIgnore
  public boolean isStrongEnough() {
    return (memoryKib >= 47104)
        || (memoryKib >= 19456 && iterations >= 2)
        || (memoryKib >= 12288 && iterations >= 3)
        || (memoryKib >= 9216 && iterations >= 4)
        || (memoryKib >= 7168 && iterations >= 5);
  }

  /** Returns the configuration that applies if nothing is set. */
  public static HashingConfiguration defaults() {
    return new HashingConfiguration(null, null, null, null);
  }
}
