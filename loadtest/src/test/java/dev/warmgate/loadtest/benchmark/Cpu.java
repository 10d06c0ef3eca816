package dev.warmgate.loadtest.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Processor time and memory as Linux counts them. */
public final class Cpu {
  private static final double TICKS_PER_SECOND = 100;

  private Cpu() {}

  /** User and system time of a process; 0 if it has ended. */
  public static double seconds(long pid) {
    return ticks(pid, 11, 12) / TICKS_PER_SECOND;
  }

  /** The time of this process, of all it started, and of PostgreSQL, which leaves its parent. */
  public static double ours(Path stack) {
    Stream<ProcessHandle> own =
        Stream.concat(Stream.of(ProcessHandle.current()), ProcessHandle.current().descendants());
    Stream<ProcessHandle> postgres =
        ProcessHandle.of(postmaster(stack)).stream()
            .flatMap(master -> Stream.concat(Stream.of(master), master.descendants()));
    return Stream.concat(own, postgres)
            .map(ProcessHandle::pid)
            .distinct()
            .mapToDouble(pid -> ticks(pid, 11, 12, 13, 14))
            .sum()
        / TICKS_PER_SECOND;
  }

  /** The time of everything that ran on this machine. */
  public static double everyones() {
    String[] fields = read("/proc/stat").lines().findFirst().orElseThrow().split(" +", -1);
    // user, nice, system, irq, softirq; not idle, iowait, nor what other machines took
    return (number(fields[1])
            + number(fields[2])
            + number(fields[3])
            + number(fields[6])
            + number(fields[7]))
        / TICKS_PER_SECOND;
  }

  /** Resident memory of a process in MiB. */
  public static double residentMib(long pid) {
    return read("/proc/" + pid + "/status")
            .lines()
            .filter(line -> line.startsWith("VmRSS:"))
            .mapToDouble(line -> number(line.replaceAll("\\D", "")))
            .sum()
        / 1024;
  }

  /** Threads of a process; 0 if it has ended. */
  public static long threads(long pid) {
    return read("/proc/" + pid + "/status")
        .lines()
        .filter(line -> line.startsWith("Threads:"))
        .mapToLong(line -> number(line.replaceAll("\\D", "")))
        .sum();
  }

  /** Files and sockets a process has open; 0 if it has ended. */
  public static long openFiles(long pid) {
    String[] names = Path.of("/proc", Long.toString(pid), "fd").toFile().list();
    return names == null ? 0 : names.length;
  }

  private static double ticks(long pid, int... fields) {
    String stat = read("/proc/" + pid + "/stat");
    if (stat.isEmpty()) {
      return 0;
    }
    // The name in parentheses may hold spaces.
    String[] values = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    double sum = 0;
    for (int field : fields) {
      sum += number(values[field]);
    }
    return sum;
  }

  private static long postmaster(Path stack) {
    return read(stack.resolve("postgres/postmaster.pid").toString())
        .lines()
        .findFirst()
        .map(Long::valueOf)
        .orElse(-1L);
  }

  private static long number(String text) {
    return Long.parseLong(text);
  }

  private static String read(String file) {
    try {
      return Files.readString(Path.of(file));
    } catch (NoSuchFileException ended) {
      return "";
    } catch (IOException e) {
      // A process that ends while it is read.
      if (file.startsWith("/proc/")) {
        return "";
      }
      throw new UncheckedIOException(e);
    }
  }
}
