package dev.warmgate.loadtest.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.warmgate.loadtest.load.HttpConnection;
import dev.warmgate.loadtest.load.Load;
import dev.warmgate.loadtest.load.LoadResult;
import dev.warmgate.loadtest.testkit.TestStack;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs the service with the memory that the compose file gives it, under five times its load. */
@Tag("full")
final class ContainerMemoryIT {
  private static final boolean FULL = Boolean.getBoolean("tests.full");
  private static final int LIMIT_MIB = 512;
  private static final int TIMES = 5;
  private static final int CLIENTS = 8;
  private static final int ACCOUNTS = 20;
  private static final Duration TIME = Duration.ofSeconds(FULL ? 60 : 5);

  @TempDir private static Path root;

  private static Dependencies dependencies;

  @BeforeAll
  static void start() throws Exception {
    dependencies = Dependencies.start(root.resolve("stack"));
  }

  @AfterAll
  static void stop() throws IOException {
    dependencies.close();
  }

  /**
   * With the agent, which takes long to start, in full tests only. A container without a limit of
   * processors sees all of the machine's.
   */
  static Stream<Arguments> ways() {
    Stream<Arguments> quick = Stream.of(Arguments.of(false, 16));
    return FULL
        ? Stream.concat(quick, Stream.of(Arguments.of(true, 16), Arguments.of(true, 2)))
        : quick;
  }

  @ParameterizedTest
  @MethodSource("ways")
  void survivesFiveTimesItsLoad(boolean agent, int processors) throws Exception {
    Optional<MemoryCgroup> made = MemoryCgroup.make(LIMIT_MIB);
    assumeTrue(made.isPresent(), "no memory cgroup may be made here");
    try (MemoryCgroup container = made.get();
        ServiceProcess service =
            dependencies
                .service(TestStack.PROJECT)
                .withAgent(agent)
                .with(
                    Map.of(
                        "RATE_LIMITS", "off",
                        "SHUTDOWN_WAIT", "0s",
                        "OTEL_CONFIG_FILE", TestStack.PROJECT + "/service/config/otel.yml",
                        "OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9",
                        "JAVA_TOOL_OPTIONS", "-XX:ActiveProcessorCount=" + processors))
                .after(container.prefix())
                .startReady()) {
      LoadResult load = overload(service.port());

      assertThat(container.kills()).isZero();
      assertThat(service.isRunning()).as(service::tailOfLog).isTrue();
      assertThat(load.count(200)).isPositive();
      assertThat(load.countOthers(200, 503)).isZero();
    }
  }

  private static LoadResult overload(int port) throws Exception {
    for (int i = 0; i < ACCOUNTS; i++) {
      try (HttpConnection connection = new HttpConnection(port)) {
        connection.send(HttpConnection.post("/api/v1/auth/register", credentials(i)));
      }
    }
    Load load = new Load(port);
    LoadResult most =
        load.closed(CLIENTS, Duration.ofSeconds(3), (client, i) -> client.send(login(i)));
    return load.open(TIMES * most.count(200) / most.seconds(), TIME, ContainerMemoryIT::login);
  }

  private static byte[] login(int number) {
    return HttpConnection.post("/api/v1/auth/login", credentials(number));
  }

  private static String credentials(int number) {
    return TestStack.credentials("someone-%d@example.com".formatted(number % ACCOUNTS));
  }
}
