package dev.warmgate.loadtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StackIT {
  private static final Path PROJECT = Path.of(System.getProperty("warmgate.root"));
  private static final Duration SPAN_LIMIT = Duration.ofSeconds(10);
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

  @TempDir private Path directory;
  private final List<String> progress = new CopyOnWriteArrayList<>();
  private final HttpClient client = HttpClient.newHttpClient();

  @Test
  void servesATracedLoginAndLeavesNoProcessBehind() throws Exception {
    String credentials = "{\"email\":\"ada@example.com\",\"password\":\"seven quiet lanterns\"}";
    List<ProcessHandle> processes;
    try (Stack stack = Stack.started(options(0, Map.of()), progress::add)) {
      assertThat(post(stack, "register", credentials)).isEqualTo(201);
      assertThat(post(stack, "login", credentials)).isEqualTo(200);
      assertThat(stack.spans().await(TRACE, SPAN_LIMIT)).isTrue();
      assertThat(stack.spans().trace(TRACE))
          .extracting(Span::getName)
          .anyMatch(name -> name.contains("/api/v1/auth/"));
      assertThat(directory.resolve("secrets")).satisfies(StackIT::isForItsOwnerOnly);
      assertThat(directory.resolve("service-key")).satisfies(StackIT::isForItsOwnerOnly);
      assertThat(directory.resolve("service-key")).content().startsWith("wg_sk_");
      assertThat(directory.resolve("stack.env")).satisfies(StackIT::isForItsOwnerOnly);
      processes = List.of(recorded("service"), recorded("redis"), postmaster());
    }
    assertThat(processes).noneMatch(Processes::runs);
    assertThat(directory.resolve("stack.env")).doesNotExist();
    assertThat(progress).anyMatch(line -> line.contains("Tracer"));
  }

  @Test
  void refusesAPortInUseBeforeItStartsAnything() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatExceptionOfType(StackFailure.class)
          .isThrownBy(() -> Stack.started(options(taken.getLocalPort(), Map.of()), progress::add))
          .withMessage(
              "Port %d is in use by another program; choose another port with --port."
                  .formatted(taken.getLocalPort()));
    }
    assertThat(directory.resolve("postgres")).doesNotExist();
  }

  @Test
  void reportsWhyTheServiceDidNotStartAndStopsTheRest() throws IOException {
    assertThatExceptionOfType(StackFailure.class)
        .isThrownBy(() ->
            Stack.started(
                options(0, Map.of("AGENT", "off", "FAST_LANE", "perhaps")), progress::add))
        .withMessageContaining("fast_lane");
    assertThat(directory.resolve("postgres/postmaster.pid")).doesNotExist();
    assertThat(directory.resolve("processes")).doesNotExist();
  }

  private StackOptions options(int port, Map<String, String> environment) {
    return new StackOptions(PROJECT, directory, port, 0, false, environment);
  }

  private int post(Stack stack, String endpoint, String body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(stack.address().baseUrl() + "/api/v1/auth/" + endpoint))
            .header("Content-Type", "application/json")
            .header("traceparent", "00-" + TRACE + "-b7ad6b7169203331-01")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  private ProcessHandle recorded(String name) throws IOException {
    String line =
        Files.readAllLines(directory.resolve("processes")).stream()
            .filter(candidate -> candidate.startsWith(name + " "))
            .findFirst()
            .orElseThrow();
    return ProcessHandle.of(Long.parseLong(line.split(" ", -1)[1])).orElseThrow();
  }

  private ProcessHandle postmaster() throws IOException {
    String pid = Files.readAllLines(directory.resolve("postgres/postmaster.pid")).getFirst();
    return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
  }

  private static void isForItsOwnerOnly(Path file) throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }
}
