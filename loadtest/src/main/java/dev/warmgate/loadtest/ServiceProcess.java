package dev.warmgate.loadtest;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The service as its own process, started with the jar, configuration file and environment
 * variables that production uses.
 */
final class ServiceProcess implements AutoCloseable {
  private static final Duration READY_LIMIT = Duration.ofSeconds(90);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
  private static final Duration REQUEST_LIMIT = Duration.ofSeconds(5);
  private static final int POLL_MILLIS = 100;
  private static final int TAIL_LINES = 10;

  private final Process process;
  private final Path log;
  private final Optional<AotCache> cache;

  private ServiceProcess(Process process, Path log, Optional<AotCache> cache) {
    this.process = process;
    this.log = log;
    this.cache = cache;
  }

  /** Starts the service without the ahead-of-time cache. */
  static ServiceProcess start(
      Path project, boolean withAgent, Map<String, String> environment, Path log)
      throws IOException {
    return start(project, withAgent, false, environment, log);
  }

  static ServiceProcess start(
      Path project, boolean withAgent, boolean withCache, Map<String, String> environment, Path log)
      throws IOException {
    Path target = project.resolve("service/target");
    Path jar = target.resolve("warmgate.jar");
    if (!Files.exists(jar)) {
      throw new StackFailure("The service is not built: " + jar + " is missing.");
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + project.resolve("service/config/jvm.options"));
    if (withAgent) {
      command.add("-javaagent:" + target.resolve("opentelemetry-javaagent.jar"));
    }
    Optional<AotCache> cache =
        withCache && !withAgent ? Optional.of(AotCache.of(jar)) : Optional.empty();
    cache.ifPresent(found -> command.addAll(found.flags()));
    command.addAll(
        List.of(
            "-jar",
            jar.toString(),
            "server",
            project.resolve("service/config/warmgate.yml").toString()));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    return new ServiceProcess(builder.start(), log, cache);
  }

  /** Returns when the service is ready; fails if its process ends or is not ready in time. */
  void awaitReady(HttpClient client, String baseUrl) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(baseUrl + "/health-check"))
            .timeout(REQUEST_LIMIT)
            .build();
    long end = System.nanoTime() + READY_LIMIT.toNanos();
    while (!isReady(client, request)) {
      if (!process.isAlive()) {
        throw new StackFailure("The service did not start.\n" + tailOfLog());
      }
      if (System.nanoTime() > end) {
        throw new StackFailure(
            "The service was not ready after %d s.%n%s"
                .formatted(READY_LIMIT.toSeconds(), tailOfLog()));
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  /** Waits until the process ends. */
  int exitCode() throws InterruptedException {
    return process.waitFor();
  }

  String tailOfLog() {
    try {
      List<String> lines = Files.readAllLines(log);
      List<String> tail = lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size());
      return "The end of " + log + ":\n" + String.join("\n", tail);
    } catch (IOException e) {
      return "The log cannot be read: " + e.getMessage();
    }
  }

  @Override
  public void close() throws IOException {
    Processes.stop(process.toHandle(), STOP_LIMIT);
    if (cache.isPresent()) {
      cache.get().keep();
    }
  }

  private static boolean isReady(HttpClient client, HttpRequest request)
      throws InterruptedException {
    try {
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }
}
