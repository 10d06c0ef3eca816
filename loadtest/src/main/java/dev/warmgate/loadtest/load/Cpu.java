package dev.warmgate.loadtest.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Reads processor time, memory, threads and open files from Linux' {@code /proc}. */
public final class Cpu {
  private static final double TICKS_PER_SECOND = 100;
  private static final double NANOS_PER_SECOND = 1e9;

  private Cpu() {}

  /** Returns the user and system time of a process in seconds, 0 if it has ended. */
  public static double seconds(long pid) {
    return ticks(pid, 11, 12) / TICKS_PER_SECOND;
  }

  /**
   * Returns the seconds used by this process, its descendants, and the PostgreSQL of each stack,
   * which detaches from its parent.
   */
  public static double ownSeconds(Path... stacks) {
    Stream<ProcessHandle> own =
        Stream.concat(Stream.of(ProcessHandle.current()), ProcessHandle.current().descendants());
    return Stream.concat(own, Stream.of(stacks).flatMap(Cpu::postgres))
            .map(ProcessHandle::pid)
            .distinct()
            .mapToDouble(pid -> ticks(pid, 11, 12, 13, 14))
            .sum()
        / TICKS_PER_SECOND;
  }

  /**
   * Returns the seconds used by a process and its descendants, also by those that have ended. Each
   * is exact, as the sum of many small ones would otherwise be too small.
   */
  public static double familySeconds(ProcessHandle root) {
    double ended = ticks(root.pid(), 13, 14) / TICKS_PER_SECOND;
    return Stream.concat(Stream.of(root), root.descendants())
            .mapToDouble(process -> exactSeconds(process.pid()))
            .sum()
        + ended;
  }

  /** Of a process with one thread. */
  private static double exactSeconds(long pid) {
    String nanos = read("/proc/" + pid + "/schedstat");
    return nanos.isEmpty() ? seconds(pid) : number(nanos.split(" ", 2)[0]) / NANOS_PER_SECOND;
  }

  /** Returns the seconds used by the PostgreSQL of a stack, with the processes that have ended. */
  public static double postgresSeconds(Path stack) {
    return ProcessHandle.of(postmaster(stack)).map(Cpu::familySeconds).orElse(0.0);
  }

  private static Stream<ProcessHandle> postgres(Path stack) {
    return ProcessHandle.of(postmaster(stack)).stream()
        .flatMap(master -> Stream.concat(Stream.of(master), master.descendants()));
  }

  /** Returns the seconds that the compilers of a JVM have used. */
  public static double compilerSeconds(long pid) {
    String[] threads = Path.of("/proc", Long.toString(pid), "task").toFile().list();
    return Stream.of(threads == null ? new String[0] : threads)
            .map(thread -> read("/proc/" + pid + "/task/" + thread + "/stat"))
            .filter(stat -> stat.contains("(C1 Compiler") || stat.contains("(C2 Compiler"))
            .mapToDouble(stat -> ticks(stat, 11, 12))
            .sum()
        / TICKS_PER_SECOND;
  }

  /** Returns the seconds used by everything on this machine. */
  public static double totalSeconds() {
    String[] fields = read("/proc/stat").lines().findFirst().orElseThrow().split(" +", -1);
    // user, nice, system, irq and softirq; not idle, iowait or steal
    return (number(fields[1])
            + number(fields[2])
            + number(fields[3])
            + number(fields[6])
            + number(fields[7]))
        / TICKS_PER_SECOND;
  }

  /** Returns the resident memory of a process in MiB. */
  public static double residentMib(long pid) {
    return read("/proc/" + pid + "/status")
            .lines()
            .filter(line -> line.startsWith("VmRSS:"))
            .mapToDouble(line -> number(line.replaceAll("\\D", "")))
            .sum()
        / 1024;
  }

  /** Returns the number of threads of a process, 0 if it has ended. */
  public static long threads(long pid) {
    return read("/proc/" + pid + "/status")
        .lines()
        .filter(line -> line.startsWith("Threads:"))
        .mapToLong(line -> number(line.replaceAll("\\D", "")))
        .sum();
  }

  /** Returns the number of open files and sockets of a process, 0 if it has ended. */
  public static long openFiles(long pid) {
    String[] names = Path.of("/proc", Long.toString(pid), "fd").toFile().list();
    return names == null ? 0 : names.length;
  }

  private static double ticks(long pid, int... fields) {
    return ticks(read("/proc/" + pid + "/stat"), fields);
  }

  private static double ticks(String stat, int... fields) {
    if (stat.isEmpty()) {
      return 0;
    }
    // The name in parentheses may contain spaces.
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
      // The process ended during the read.
      if (file.startsWith("/proc/")) {
        return "";
      }
      throw new UncheckedIOException(e);
    }
  }
}
