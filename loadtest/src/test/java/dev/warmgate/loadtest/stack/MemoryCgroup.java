package dev.warmgate.loadtest.stack;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A limit of memory for one process, as a container has it; version 1 or 2 of Linux's cgroups. */
final class MemoryCgroup implements AutoCloseable {
  private static final Pattern KILLS = Pattern.compile("(?m)^oom_kill (\\d+)$");

  private static final int TRIES = 100;
  private static final Duration PAUSE = Duration.ofMillis(20);

  private final Path directory;
  private final boolean second;

  private MemoryCgroup(Path directory, boolean second) {
    this.directory = directory;
    this.second = second;
  }

  /** Makes one below that of this process; empty where it may not. */
  static Optional<MemoryCgroup> make(int mebibytes) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/cgroup"))) {
        String[] parts = line.split(":", 3);
        boolean second = parts[1].isEmpty();
        if (second || List.of(parts[1].split(",", -1)).contains("memory")) {
          Path parent = Path.of("/sys/fs/cgroup", second ? "" : "memory", parts[2]);
          Path own = parent.resolve("warmgate-" + UUID.randomUUID());
          Files.createDirectory(own);
          MemoryCgroup made = new MemoryCgroup(own, second);
          if (made.limit(mebibytes)) {
            return Optional.of(made);
          }
          made.close();
        }
      }
    } catch (IOException notHere) {
      return Optional.empty();
    }
    return Optional.empty();
  }

  private boolean limit(int mebibytes) throws IOException {
    Path limit = directory.resolve(second ? "memory.max" : "memory.limit_in_bytes");
    if (!Files.isWritable(limit)) {
      return false;
    }
    Files.writeString(limit, Long.toString(mebibytes * 1024L * 1024));
    return true;
  }

  /** Returns what to put before a command so that it runs inside. */
  List<String> prefix() {
    String enter = "echo $$ >" + directory.resolve("cgroup.procs") + " && exec \"$@\"";
    return List.of("sh", "-c", enter, "sh");
  }

  /** Returns how many processes the kernel has killed for want of memory. */
  int kills() throws IOException {
    String file = second ? "memory.events" : "memory.oom_control";
    Matcher kills = KILLS.matcher(Files.readString(directory.resolve(file)));
    return kills.find() ? Integer.parseInt(kills.group(1)) : 0;
  }

  /** The process must have ended; the kernel may notice a little later. */
  @Override
  public void close() throws IOException {
    for (int tries = TRIES; tries > 0; tries--) {
      try {
        Files.delete(directory);
        return;
      } catch (FileSystemException stillInUse) {
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
    Files.deleteIfExists(directory);
  }
}
