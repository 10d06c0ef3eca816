package dev.warmgate.loadtest.production;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A clock of a process that a test moves while it runs, by Debian's faketime. */
final class FakeClock {
  private final Path offset;

  /** The clock that this process has, too. */
  FakeClock(Path directory) throws IOException, InterruptedException {
    offset = directory.resolve("clock");
    jump(Duration.ZERO);
    Debian.give(offset);
  }

  /** Moves it to so much after the true time, or before. */
  void jump(Duration by) throws IOException {
    // In place, so that its owner stays, and shorter texts leave nothing of a longer one.
    Files.writeString(offset, "%+d%n".formatted(by.toSeconds()));
  }

  /** Returns the variables of a process with this clock. Elapsed time is not faked. */
  Map<String, String> variables() throws IOException {
    return Map.of(
        "LD_PRELOAD", library().toString(),
        "FAKETIME_TIMESTAMP_FILE", offset.toString(),
        "FAKETIME_CACHE_DURATION", "1",
        "DONT_FAKE_MONOTONIC", "1",
        "FAKETIME_DONT_FAKE_MONOTONIC", "1",
        "FAKETIME_DONT_RESET", "1");
  }

  private static Path library() throws IOException {
    try (Stream<Path> libraries =
        Files.find(Path.of("/usr/lib"), 4, (path, _) -> path.endsWith("libfaketimeMT.so.1"))) {
      return libraries.findFirst().orElseGet(() -> Assumptions.abort("needs faketime"));
    }
  }
}
