package dev.warmgate.loadtest.stack;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What to start, and where.
 *
 * @param project the checkout that holds the built service
 * @param directory where data, secrets and logs are kept; created if missing
 * @param port the API's port, 0 for any free port
 * @param adminPort the port for operations, 0 for any free port
 * @param fresh whether to delete the data and secrets of earlier runs first
 * @param environment variables for the service, which override this process's own
 */
public record StackOptions(
    Path project,
    Path directory,
    int port,
    int adminPort,
    boolean fresh,
    Map<String, String> environment) {
  public StackOptions {
    project = project.toAbsolutePath().normalize();
    directory = directory.toAbsolutePath().normalize();
    environment = Map.copyOf(environment);
  }

  /** Returns the variable's value as the service would see it without the stack's settings. */
  String inherited(String name, String otherwise) {
    String value = environment.getOrDefault(name, System.getenv(name));
    return value == null || value.isEmpty() ? otherwise : value;
  }

  /** Returns the jar of Zipkin's server from {@code ZIPKIN_JAR}, if it is set. */
  Optional<Path> zipkin() {
    String jar = inherited("ZIPKIN_JAR", "");
    return jar.isEmpty() ? Optional.empty() : Optional.of(Path.of(jar));
  }

  int zipkinPort() {
    return Integer.parseInt(inherited("ZIPKIN_PORT", "9411"));
  }

  /**
   * Returns the directory with the programs of {@link LocalTelemetry} from {@code
   * TELEMETRY_PROGRAMS}, if it is set.
   */
  Optional<Path> telemetry() {
    String programs = inherited("TELEMETRY_PROGRAMS", "");
    return programs.isEmpty() ? Optional.empty() : Optional.of(Path.of(programs));
  }

  int prometheusPort() {
    return Integer.parseInt(inherited("PROMETHEUS_PORT", "9090"));
  }

  int jaegerPort() {
    return Integer.parseInt(inherited("JAEGER_PORT", "16686"));
  }

  boolean withAgent() {
    return !inherited("AGENT", "on").equals("off");
  }

  /** Whether to use the ahead-of-time cache: unless {@code AOT=off}. */
  boolean withCache() {
    return !inherited("AOT", "on").equals("off");
  }

  /** Whether to record the cache if it is missing; {@code AOT=recorded} starts without it then. */
  boolean recordsCache() {
    return withCache() && !inherited("AOT", "on").equals("recorded");
  }

  /** Returns settings of PostgreSQL beyond its defaults: {@code POSTGRES_SHARED_BUFFERS}. */
  Map<String, String> postgresSettings() {
    String buffers = inherited("POSTGRES_SHARED_BUFFERS", "");
    return buffers.isEmpty() ? Map.of() : Map.of("shared_buffers", buffers);
  }

  /** Whether to make a service key; {@code SERVICE_KEY=off} saves those who need none a second. */
  boolean withServiceKey() {
    return !inherited("SERVICE_KEY", "on").equals("off");
  }
}
