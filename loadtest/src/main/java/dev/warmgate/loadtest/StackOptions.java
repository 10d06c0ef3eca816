package dev.warmgate.loadtest;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What to start and where.
 *
 * @param project the checkout that holds the built service
 * @param directory where data, secrets and logs go; made if missing
 * @param port the service's port, 0 for any free one
 * @param adminPort the port for operations, 0 for any free one
 * @param fresh whether to begin without the data and secrets of earlier runs
 * @param environment set for the service over what this process inherits
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

  /** What the service would see of this variable without the stack's own settings. */
  String inherited(String name, String otherwise) {
    String value = environment.getOrDefault(name, System.getenv(name));
    return value == null || value.isEmpty() ? otherwise : value;
  }

  /** Zipkin's server in {@code ZIPKIN_JAR}, if traces are to be looked at. */
  Optional<Path> zipkin() {
    String jar = inherited("ZIPKIN_JAR", "");
    return jar.isEmpty() ? Optional.empty() : Optional.of(Path.of(jar));
  }

  int zipkinPort() {
    return Integer.parseInt(inherited("ZIPKIN_PORT", "9411"));
  }

  boolean withAgent() {
    return !inherited("AGENT", "on").equals("off");
  }

  /** {@code AOT=off} starts the JVM as it is, to see what the cache is worth. */
  boolean withCache() {
    return !inherited("AOT", "on").equals("off");
  }
}
