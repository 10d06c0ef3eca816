package dev.warmgate.loadtest;

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
 * Remembers on disk what the stack started, so that the next start can end what a killed one left
 * running. A process is only touched when its start time is the remembered one too.
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

  /** Ends what is left of an earlier stack, the service first; returns a line for each. */
  List<String> stop() throws IOException {
    List<String> said = new ArrayList<>();
    if (Files.exists(file)) {
      // Newest first: the service before the Redis it uses.
      for (String line : Files.readAllLines(file).reversed()) {
        String[] fields = line.split(" ", -1);
        if (fields.length == 3) {
          find(fields[1])
              .filter(process -> Long.toString(startOf(process)).equals(fields[2]))
              .ifPresent(process -> said.add(stop(fields[0], process)));
        }
      }
      forget();
    }
    if (Files.exists(postmasterFile)) {
      find(Files.readAllLines(postmasterFile).getFirst())
          .filter(process -> process.info().command().orElse("").endsWith("postgres"))
          .ifPresent(process -> said.add(stop("postgres", process)));
    }
    return said;
  }

  private static String stop(String name, ProcessHandle process) {
    Processes.stop(process, PATIENCE);
    return "An earlier start was killed and left its %s running (process %d): stopped it."
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
