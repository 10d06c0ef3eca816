package dev.warmgate.loadtest.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Records on disk the processes that the stack started, so that the next start can stop what a
 * killed stack left running. It touches a process only if both its id and its start time match the
 * record.
 */
final class Leftovers {
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final Path file;
  private final Path postmasterFile;

  Leftovers(StackDirectory directory) {
    file = directory.resolve("processes");
    postmasterFile = directory.resolve("postgres").resolve("postmaster.pid");
  }

  void remember(String name, ProcessHandle process) throws IOException {
    Files.writeString(
        file,
        name + " " + process.pid() + " " + startOf(process) + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  void forget() throws IOException {
    Files.deleteIfExists(file);
  }

  /**
   * Stops the processes that an earlier stack left running, the service first, and returns a
   * message for each.
   */
  List<String> stop() throws IOException {
    List<String> messages = new ArrayList<>();
    if (Files.exists(file)) {
      // Newest first: the service stops before the Redis that it uses.
      for (String line : Files.readAllLines(file).reversed()) {
        String[] fields = line.split(" ", -1);
        if (fields.length == 3) {
          find(fields[1])
              .filter(process -> Long.toString(startOf(process)).equals(fields[2]))
              .ifPresent(process -> messages.add(stop(fields[0], process)));
        }
      }
      forget();
    }
    if (Files.exists(postmasterFile)) {
      find(Files.readAllLines(postmasterFile).getFirst())
          .filter(process -> process.info().command().orElse("").endsWith("postgres"))
          .ifPresent(process -> messages.add(stop("postgres", process)));
    }
    return messages;
  }

  private static String stop(String name, ProcessHandle process) {
    Processes.stop(process, PATIENCE);
    return "Stopped %s (process %d), which an earlier, killed run had left behind."
        .formatted(name, process.pid());
  }

  private static Optional<ProcessHandle> find(String pid) {
    return pid.strip().matches("\\d{1,18}")
        ? ProcessHandle.of(Long.parseLong(pid.strip()))
        : Optional.empty();
  }

  private static long startOf(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toEpochMilli).orElse(-1L);
  }
}
