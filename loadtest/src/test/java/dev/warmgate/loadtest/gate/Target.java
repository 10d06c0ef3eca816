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

/** The Warmgate under load: a stack of the gate's own, or one that runs somewhere. */
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

  /** One that runs elsewhere, with the key that lets a load through its limits, if there is one. */
  static Target at(String url, String serviceKey) {
    return new Target(new Deployment(url, serviceKey), null, Path.of("nowhere"), false);
  }

  /** Starts a stack in this directory, or in a temporary one if it is empty. */
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

  /** Empty for a service elsewhere, which is never stopped, cut off or asked for all it can do. */
  Optional<Stack> stack() {
    return Optional.ofNullable(stack);
  }

  /** Where the stack keeps its things; does not exist if there is none. */
  Path directory() {
    return directory;
  }

  boolean hasTraces() {
    return stack != null && !"off".equals(System.getenv("AGENT"));
  }

  /** To ask for its own figures; empty if there is none. */
  String serviceKey() {
    try {
      return stack == null ? deployment.serviceKey() : stack.serviceKey();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Of the service; -1 if it is elsewhere. */
  long pid() {
    return stack == null ? -1 : stack.servicePid();
  }

  /**
   * Connections that PostgreSQL has ever accepted, those of this question among them; empty for a
   * service elsewhere.
   */
  OptionalLong databaseConnections() {
    if (stack == null) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(
          StackDatabase.number(directory, "SELECT sum(sessions) FROM pg_stat_database"));
    } catch (IOException | SQLException e) {
      throw new Invalid("PostgreSQL cannot be asked: " + e.getMessage(), e);
    }
  }

  /** Sessions ended because their account had too many; empty for a service elsewhere. */
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
      throw new Invalid("PostgreSQL cannot be asked: " + e.getMessage(), e);
    }
  }

  UsageSampler sampler() {
    return new UsageSampler(pid(), stack == null ? "" : stack.address().adminUrl());
  }

  /**
   * Tells the service that a run begins or ends, so that charts can mark it; of one that runs
   * elsewhere only if WARMGATE_ADMIN_URL says where. It does not matter if nobody listens.
   */
  void tell(String run, String state) {
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
    } catch (IOException nobody) {
      // It may be what is under test.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Fails unless what answers there is Warmgate, and ready. */
  void verify() {
    JsonNode ping = get("/api/v1/auth/ping");
    JsonNode status = get("/api/v1/auth/middleware-status");
    if (!ping.has("ready") || !ping.has("target_ms") || !status.path("declared").isArray()) {
      throw new Invalid(
          baseUrl() + " is no Warmgate: its ping or middleware-status looks different");
    }
    if (!ping.path("ready").asBoolean()) {
      throw new Invalid(baseUrl() + " is not ready");
    }
  }

  /**
   * What it answers to the service key that asks for its figures: 403 to one that is good for load
   * tests only; 0 if there is no key.
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
      throw new Invalid(baseUrl() + path + " is no Warmgate: " + e.getMessage(), e);
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
      throw new Invalid(baseUrl() + path + " is out of reach or no Warmgate: " + e.getMessage(), e);
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
