package dev.warmgate.loadtest.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.warmgate.loadtest.http.ApiClient;
import dev.warmgate.loadtest.testkit.TestStack;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StackIT {
  private static final Duration SPAN_LIMIT = Duration.ofSeconds(10);
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

  @TempDir private Path directory;
  private final List<String> progress = new CopyOnWriteArrayList<>();

  @Test
  void servesATracedLoginAndLeavesNoProcessBehind() throws Exception {
    String credentials = TestStack.credentials("ada@example.com");
    List<ProcessHandle> processes;
    try (Stack stack =
        Stack.started(
            TestStack.options(directory, Map.of("SERVICE_KEY", "on", "WARMUP_HTTP", "on")),
            progress::add)) {
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
      assertThat(directory.resolve("service.log"))
          .content()
          .as("warns of nothing that is as it should be")
          .doesNotContain("org.glassfish.jersey");
      assertThatExceptionOfType(SQLException.class)
          .as("a service without the password, as in production")
          .isThrownBy(() -> connect(stack.postgres().port()))
          .withMessageContaining("password authentication failed");
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
                options(0, Map.of("AGENT", "off", "AOT", "off", "FAST_LANE", "perhaps")),
                progress::add))
        .withMessageContaining("fast_lane");
    assertThat(directory.resolve("postgres/postmaster.pid")).doesNotExist();
    assertThat(directory.resolve("processes")).doesNotExist();
  }

  private StackOptions options(int port, Map<String, String> environment) {
    return new StackOptions(TestStack.PROJECT, directory, port, 0, false, environment);
  }

  private static void connect(int port) throws SQLException {
    String url = "jdbc:postgresql://127.0.0.1:" + port + "/warmgate";
    DriverManager.getConnection(url, "warmgate", "another").close();
  }

  private static int post(Stack stack, String endpoint, String body) throws Exception {
    try (ApiClient client = new ApiClient(stack.address().baseUrl())) {
      return client
          .call("POST", "/api/v1/auth/" + endpoint)
          .header("traceparent", "00-" + TRACE + "-b7ad6b7169203331-01")
          .json(body)
          .send()
          .status();
    }
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
