package dev.warmgate.loadtest.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.warmgate.loadtest.testkit.TestStack;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalProgramTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  @TempDir private Path directory;

  @Test
  void saysThatItHasEndedUnlessItIsClosed() throws Exception {
    AtomicInteger ended = new AtomicInteger();
    try (LocalProgram closed = webServer()) {
      closed.whenEnded(ended::incrementAndGet);
    }
    assertThat(ended).hasValue(0);

    try (LocalProgram killed = webServer()) {
      killed.whenEnded(ended::incrementAndGet);
      killed.handle().destroyForcibly();

      TestStack.await(LIMIT, () -> ended.get() == 1);
    }
    assertThat(ended).hasValue(1);
  }

  @Test
  void namesTheLogOfAProgramThatDoesNotStart() {
    Path log = directory.resolve("log");

    assertThatExceptionOfType(StackFailure.class)
        .isThrownBy(
            () -> LocalProgram.start(List.of("false"), Map.of(), log, "http://127.0.0.1:1/"))
        .withMessageContaining(log.toString());
  }

  private LocalProgram webServer() throws Exception {
    int port = Ports.claim();
    return LocalProgram.start(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "jwebserver").toString(),
            "-b",
            "127.0.0.1",
            "-p",
            Integer.toString(port),
            "-d",
            directory.toAbsolutePath().toString()),
        Map.of(),
        directory.resolve("log"),
        "http://127.0.0.1:" + port + "/");
  }
}
