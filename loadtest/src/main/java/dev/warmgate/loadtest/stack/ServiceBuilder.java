package dev.warmgate.loadtest.stack;

import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Starts the service as its own process, with the jar, configuration file, JVM options and
 * environment variables that production uses. A start that fails leaves no process behind.
 */
public final class ServiceBuilder {
  private static final Duration RECORDING_LIMIT = Duration.ofMinutes(2);

  private final Path project;
  private final Path directory;
  private final Map<String, String> environment;
  private String name = "service";
  private List<String> prefix = List.of();
  private boolean agent;
  private boolean cache;

  /**
   * @param project the checkout that holds the built service
   * @param directory where the log is written
   */
  ServiceBuilder(Path project, Path directory, Map<String, String> environment) {
    this.project = project;
    this.directory = directory;
    this.environment = new TreeMap<>(environment);
  }

  /** Names the log file. */
  public ServiceBuilder named(String wanted) {
    name = wanted;
    return this;
  }

  /** Adds or replaces environment variables. */
  public ServiceBuilder with(Map<String, String> settings) {
    environment.putAll(settings);
    return this;
  }

  /** Listens on this port in place of any free one. */
  public ServiceBuilder port(int port) {
    environment.put("PORT", Integer.toString(port));
    return this;
  }

  ServiceBuilder at(StackAddress address) {
    environment.put("ADMIN_PORT", Integer.toString(address.adminPort()));
    return port(address.port());
  }

  /** Reaches PostgreSQL at another port, such as that of a proxy. */
  public ServiceBuilder databaseAt(int port) {
    environment.compute("DATABASE_URL", (_, url) -> url.replaceFirst(":\\d+/", ":" + port + "/"));
    return this;
  }

  /** Reaches Redis at another port, such as that of a proxy. */
  public ServiceBuilder redisAt(int port) {
    environment.compute("REDIS_URL", (_, url) -> url.replaceFirst(":\\d+$", ":" + port));
    return this;
  }

  /** Puts words before the command, which must replace themselves by it. */
  ServiceBuilder after(List<String> words) {
    prefix = words;
    return this;
  }

  /** Runs with the OpenTelemetry agent. */
  ServiceBuilder withAgent(boolean wanted) {
    agent = wanted;
    return this;
  }

  /** Uses the ahead-of-time cache, if {@link #recordCache} has recorded it. */
  public ServiceBuilder withCache(boolean wanted) {
    cache = wanted;
    return this;
  }

  /**
   * Records the ahead-of-time cache if it is wanted and missing; returns whether it did. Waits
   * while another process records it.
   */
  boolean recordCache() throws IOException, InterruptedException {
    AotCache missing = cache();
    if (!cache || missing.isRecorded()) {
      return false;
    }
    try (Closeable _ = missing.lock()) {
      return !missing.isRecorded() && record(missing);
    }
  }

  private boolean record(AotCache missing) throws IOException, InterruptedException {
    Map<String, String> settings = new TreeMap<>(environment);
    settings.keySet().removeAll(List.of("PORT", "ADMIN_PORT"));
    settings.put("SHUTDOWN_WAIT", "0s");
    // The cache is for all starts of this build, whatever options this one was given.
    settings.put("JAVA_TOOL_OPTIONS", "");
    ServiceBuilder builder = new ServiceBuilder(project, directory, settings).named("cache");
    try (ServiceProcess recorder = builder.start(missing.recordingFlags())) {
      recorder.awaitReady();
      recorder.stop(RECORDING_LIMIT);
    }
    missing.keep();
    return true;
  }

  /** Starts a process and returns when it is ready. */
  public ServiceProcess startReady() throws IOException, InterruptedException {
    ServiceProcess service = start();
    try {
      service.awaitReady();
      return service;
    } catch (RuntimeException | InterruptedException e) {
      service.close();
      throw e;
    }
  }

  /** Starts a process without waiting until it is ready. */
  public ServiceProcess start() throws IOException {
    List<String> flags = new ArrayList<>();
    if (cache && cache().isRecorded()) {
      flags.addAll(cache().flags());
    }
    if (agent) {
      flags.add("-javaagent:" + target("opentelemetry-javaagent.jar"));
    }
    return start(flags);
  }

  private ServiceProcess start(List<String> flags) throws IOException {
    if (!Files.exists(target("warmgate.jar"))) {
      throw new StackFailure(
          "The service is not built: " + target("warmgate.jar") + " is missing.");
    }
    List<String> command = new ArrayList<>(prefix);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + project.resolve("service/config/jvm.options"));
    command.addAll(flags);
    command.addAll(
        List.of(
            "-jar",
            target("warmgate.jar").toString(),
            "server",
            project.resolve("service/config/warmgate.yml").toString()));
    StackAddress address = new StackAddress(claimed("PORT"), claimed("ADMIN_PORT"));
    Path log = directory.resolve(name + ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    builder.environment().put("PORT", Integer.toString(address.port()));
    builder.environment().put("ADMIN_PORT", Integer.toString(address.adminPort()));
    return new ServiceProcess(builder.start(), address, log);
  }

  private AotCache cache() throws IOException {
    return AotCache.of(target("warmgate.jar"), target("opentelemetry-javaagent.jar"));
  }

  private Path target(String file) {
    return project.resolve("service/target").resolve(file);
  }

  private int claimed(String variable) {
    return environment.containsKey(variable)
        ? Integer.parseInt(environment.get(variable))
        : Ports.claim();
  }
}
