package dev.warmgate.loadtest.gate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.warmgate.loadtest.Stack;
import dev.warmgate.loadtest.StackDatabase;
import dev.warmgate.loadtest.StackOptions;
import dev.warmgate.loadtest.remote.Deployment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The service under load: the gate's own stack, or a running service given by --url. */
final class Target implements AutoCloseable {
  static final String PERFORMANCE = "/api/v1/database/performance";

  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Deployment deployment;
  private final Stack stack;
  private final Path directory;
  private final boolean temporary;

  private Target(Deployment deployment, Stack stack, Path directory, boolean temporary) {
    this.deployment = deployment;
    this.stack = stack;
    this.directory = directory;
    this.temporary = temporary;
  }

  /**
   * A running service; the service key exempts the load from its rate limits, empty if there is
   * none.
   */
  static Target at(String url, String serviceKey) {
    return new Target(new Deployment(url, serviceKey), null, Path.of("nowhere"), false);
  }

  /** Starts a stack in this directory, or in a temporary one if the name is empty. */
  static Target started(Path project, String where, Consumer<String> progress)
      throws IOException, InterruptedException {
    Path directory = where.isEmpty() ? Files.createTempDirectory("warmgate-gate") : Path.of(where);
    StackOptions options =
        new StackOptions(project, directory, 0, 0, false, Map.of("RATE_LIMITS", "off"));
    Stack stack = Stack.startedUntilExit(options, progress);
    return new Target(
        new Deployment(stack.address().baseUrl(), ""), stack, directory, where.isEmpty());
  }

  String baseUrl() {
    return deployment.baseUrl();
  }

  Deployment deployment() {
    return deployment;
  }

  /**
   * Returns the gate's own stack; empty for a service given by --url, which is never stopped, cut
   * off or loaded to its capacity.
   */
  Optional<Stack> stack() {
    return Optional.ofNullable(stack);
  }

  /** Returns the stack's directory; it does not exist for a service given by --url. */
  Path directory() {
    return directory;
  }

  boolean hasTraces() {
    return stack != null && !"off".equals(System.getenv("AGENT"));
  }

  /** Returns the key for the service's own figures, or "" if there is none. */
  String serviceKey() {
    try {
      return stack == null ? deployment.serviceKey() : stack.serviceKey();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the process id of the service, -1 for a service given by --url. */
  long pid() {
    return stack == null ? -1 : stack.servicePid();
  }

  /**
   * Returns the connections that PostgreSQL has ever accepted, including the one of this query;
   * empty for a service given by --url.
   */
  OptionalLong databaseConnections() {
    if (stack == null) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(
          StackDatabase.number(directory, "SELECT sum(sessions) FROM pg_stat_database"));
    } catch (IOException | SQLException e) {
      throw new Invalid("PostgreSQL cannot be queried: " + e.getMessage(), e);
    }
  }

  /**
   * Returns the number of sessions that ended because their account had too many; empty for a
   * service given by --url.
   */
  OptionalLong sessionsBeyondTheCap() {
    if (stack == null) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(
          StackDatabase.number(
              directory,
              "SELECT count(*) FROM audit_event WHERE event = 'session.ended'"
                  + " AND details->>'reason' = 'too_many_sessions'"));
    } catch (IOException | SQLException e) {
      throw new Invalid("PostgreSQL cannot be queried: " + e.getMessage(), e);
    }
  }

  UsageSampler sampler() {
    return new UsageSampler(pid(), stack == null ? "" : stack.address().adminUrl());
  }

  /**
   * Announces the begin or the end of a run to the service, so that charts can mark it; for a
   * service given by --url only if WARMGATE_ADMIN_URL is set. Failures are ignored.
   */
  void announce(String run, String state) {
    String admin =
        stack == null
            ? Objects.requireNonNullElse(System.getenv("WARMGATE_ADMIN_URL"), "")
            : stack.address().adminUrl();
    if (admin.isEmpty()) {
      return;
    }
    URI task = URI.create(admin + "/tasks/load-test?run=" + run + "&state=" + state);
    try (HttpClient client = HttpClient.newHttpClient()) {
      client.send(
          HttpRequest.newBuilder(task)
              .timeout(LIMIT)
              .POST(HttpRequest.BodyPublishers.noBody())
              .build(),
          HttpResponse.BodyHandlers.discarding());
    } catch (IOException unreachable) {
      // The service may be unreachable as part of the test.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Fails unless the service is Warmgate and ready. */
  void verify() {
    JsonNode ping = get("/api/v1/auth/ping");
    JsonNode status = get("/api/v1/auth/middleware-status");
    if (!ping.has("ready") || !ping.has("target_ms") || !status.path("declared").isArray()) {
      throw new Invalid(
          baseUrl() + " is not Warmgate: its ping or middleware-status looks different");
    }
    if (!ping.path("ready").asBoolean()) {
      throw new Invalid(baseUrl() + " is not ready");
    }
  }

  /**
   * Returns the status of a request for the service's figures: 403 if the key has only the
   * load-test scope, 0 without a key.
   */
  int performanceStatus() {
    String key = serviceKey();
    return key.isEmpty() ? 0 : send(PERFORMANCE, "Bearer " + key).statusCode();
  }

  private JsonNode get(String path) {
    HttpResponse<String> answer = send(path, "");
    if (answer.statusCode() != 200) {
      throw new Invalid(baseUrl() + path + " answered " + answer.statusCode());
    }
    try {
      return JSON.readTree(answer.body());
    } catch (IOException e) {
      throw new Invalid(baseUrl() + path + " is not Warmgate: " + e.getMessage(), e);
    }
  }

  private HttpResponse<String> send(String path, String authorization) {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create(baseUrl() + path)).timeout(LIMIT);
      if (!authorization.isEmpty()) {
        request.header("Authorization", authorization);
      }
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException | IllegalArgumentException e) {
      throw new Invalid(baseUrl() + path + " is unreachable or not Warmgate: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Invalid("interrupted", e);
    }
  }

  @Override
  public void close() throws IOException {
    if (stack != null) {
      stack.close();
    }
    if (temporary) {
      try (Stream<Path> all = Files.walk(directory)) {
        for (Path entry : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(entry);
        }
      }
    }
  }
}
