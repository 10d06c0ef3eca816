package dev.warmgate.connector;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import com.sun.management.UnixOperatingSystemMXBean;
import io.dropwizard.validation.ValidationMethod;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;

/**
 * How many connections may be open at once.
 *
 * @param total most of the API port; by default 4096, or as many as there are files for
 * @param perProxy most of them from one trusted proxy
 * @param perAddress most of them from any other address
 * @param admin most of the admin port; one address may have half of them
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record ConnectionsConfiguration(
    @Min(LEAST) @Max(1_000_000) Integer total,
    @Min(1) Integer perProxy,
    @Min(1) Integer perAddress,
    @Min(16) @Max(10_000) Integer admin) {

  /** Files, and connections to PostgreSQL, Redis and webhooks, that the service needs besides. */
  static final int OTHER_FILES = 512;

  private static final int LEAST = 16;
  private static final int MOST = 4096;

  public ConnectionsConfiguration(
      @Nullable Integer total,
      @Nullable Integer perProxy,
      @Nullable Integer perAddress,
      @Nullable Integer admin) {
    this.admin = admin == null ? 128 : admin;
    this.total = total == null ? fitting(openFiles(), this.admin) : total;
    this.perProxy = perProxy == null ? Math.min(2048, this.total) : perProxy;
    this.perAddress = perAddress == null ? Math.min(512, this.perProxy) : perAddress;
  }

  /** Returns how many files this process may open; 0 if unknown. */
  static long openFiles() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? unix.getMaxFileDescriptorCount()
        : 0;
  }

  static int fitting(long openFiles, int admin) {
    return openFiles <= 0 ? MOST : Math.clamp(openFiles - admin - OTHER_FILES, LEAST, MOST);
  }

  /** Returns the configuration that applies if nothing is set. */
  public static ConnectionsConfiguration defaults() {
    return new ConnectionsConfiguration(null, null, null, null);
  }

  @JsonIgnore
  @ValidationMethod(
      message =
          "connections.total must be at least connections.per_proxy, and that at least"
              + " connections.per_address")
  public boolean isNobodyAllowedMoreThanAll() {
    return total >= perProxy && perProxy >= perAddress;
  }

  /**
   * Stops the start if so many connections would exhaust the files that the process may open.
   *
   * @param openFiles how many it may open; not positive if unknown
   */
  void requireFitting(long openFiles) {
    long needed = (long) total + admin + OTHER_FILES;
    if (openFiles > 0 && needed > openFiles) {
      throw new IllegalArgumentException(
          "connections.total (%d), connections.admin (%d) and %d for everything else are %d open files, but the process may open %d: raise that limit (ulimit -n) to %d, or lower connections.total"
              .formatted(total, admin, OTHER_FILES, needed, openFiles, needed));
    }
  }

  /** Most connections of one port. */
  record Most(int total, int perProxy, int perAddress) {}

  Most ofTheApi() {
    return new Most(total, perProxy, perAddress);
  }

  Most ofTheAdminPort() {
    return new Most(admin, admin / 2, admin / 2);
  }
}
