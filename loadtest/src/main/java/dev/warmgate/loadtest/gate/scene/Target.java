package dev.warmgate.loadtest.gate.scene;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmgate.loadtest.gate.measure.UsageSampler;
import dev.warmgate.loadtest.gate.simulation.LoadProfile;
import dev.warmgate.loadtest.gate.simulation.SmokeSteps;
import dev.warmgate.loadtest.gate.verdict.Invalid;
import dev.warmgate.loadtest.http.ApiClient;
import dev.warmgate.loadtest.http.Reply;
import dev.warmgate.loadtest.load.Deployment;
import dev.warmgate.loadtest.stack.Stack;
import dev.warmgate.loadtest.stack.StackOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
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
public final class Target implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(10);

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
  public static Target at(String url, String serviceKey) {
    return new Target(new Deployment(url, serviceKey), null, Path.of("nowhere"), false);
  }

  /** Starts a stack in this directory, or in a temporary one if the name is empty. */
  public static Target started(Path project, String where, Consumer<String> progress)
      throws IOException, InterruptedException {
    Path directory = where.isEmpty() ? Files.createTempDirectory("warmgate-gate") : Path.of(where);
    boolean supabase = LoadProfile.from(System.getProperties()).supabase();
    StackOptions options =
        new StackOptions(
            project,
            directory,
            0,
            0,
            false,
            Map.of("RATE_LIMITS", "off", "SUPABASE_API", supabase ? "on" : "off"));
    Stack stack = Stack.startedUntilExit(options, progress);
    return new Target(
        new Deployment(stack.address().baseUrl(), ""), stack, directory, where.isEmpty());
  }

  public String baseUrl() {
    return deployment.baseUrl();
  }

  public Deployment deployment() {
    return deployment;
  }

  /**
   * Returns the gate's own stack; empty for a service given by --url, which is never stopped, cut
   * off or loaded to its capacity.
   */
  public Optional<Stack> stack() {
    return Optional.ofNullable(stack);
  }

  /** Returns the gate's own stack; fails for a service given by --url, which is never harmed. */
  Stack ownStack(String harm) {
    return stack().orElseThrow(() -> new Invalid("a service given by --url is never " + harm));
  }

  /** Returns the stack's directory; it does not exist for a service given by --url. */
  public Path directory() {
    return directory;
  }

  public boolean hasTraces() {
    return stack != null && !"off".equals(System.getenv("AGENT"));
  }

  /** Returns the key for the service's own figures, or "" if there is none. */
  public String serviceKey() {
    try {
      return stack == null ? deployment.serviceKey() : stack.serviceKey();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the process id of the service, -1 for a service given by --url. */
  public long pid() {
    return stack == null ? -1 : stack.service().pid();
  }

  /**
   * Returns the connections that PostgreSQL has ever accepted, including the one of this query;
   * empty for a service given by --url.
   */
  public OptionalLong databaseConnections() {
    if (stack == null) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(stack.database().number("SELECT sum(sessions) FROM pg_stat_database"));
    } catch (SQLException e) {
      throw new Invalid("PostgreSQL cannot be queried: " + e.getMessage(), e);
    }
  }

  /**
   * Returns the number of sessions that ended because their account had too many; empty for a
   * service given by --url.
   */
  public OptionalLong sessionsBeyondTheCap() {
    if (stack == null) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(
          stack
              .database()
              .number(
                  "SELECT count(*) FROM audit_event WHERE event = 'session.ended'"
                      + " AND details->>'reason' = 'too_many_sessions'"));
    } catch (SQLException e) {
      throw new Invalid("PostgreSQL cannot be queried: " + e.getMessage(), e);
    }
  }

  public UsageSampler sampler() {
    return new UsageSampler(pid(), stack == null ? "" : stack.address().adminUrl());
  }

  /**
   * Announces the begin or the end of a run to the service, so that charts can mark it; for a
   * service given by --url only if WARMGATE_ADMIN_URL is set. Failures are ignored.
   */
  public void announce(String run, String state) {
    String admin =
        stack == null
            ? Objects.requireNonNullElse(System.getenv("WARMGATE_ADMIN_URL"), "")
            : stack.address().adminUrl();
    if (admin.isEmpty()) {
      return;
    }
    try (ApiClient client = new ApiClient(admin)) {
      client
          .call("POST", "/tasks/load-test?run=" + run + "&state=" + state)
          .header("X-Requested-By", "gate")
          .limit(LIMIT)
          .send();
    } catch (IOException unreachable) {
      // The service may be unreachable as part of the test.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Fails unless the service is Warmgate and ready. */
  public void verify() {
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
  public int performanceStatus() {
    String key = serviceKey();
    return key.isEmpty() ? 0 : send(SmokeSteps.PERFORMANCE, key).status();
  }

  private JsonNode get(String path) {
    Reply answer = send(path, "");
    if (answer.status() != 200) {
      throw new Invalid(baseUrl() + path + " answered " + answer.status());
    }
    return answer.json();
  }

  private Reply send(String path, String token) {
    try (ApiClient client = new ApiClient(baseUrl())) {
      return client.call("GET", path).token(token).limit(LIMIT).send();
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
