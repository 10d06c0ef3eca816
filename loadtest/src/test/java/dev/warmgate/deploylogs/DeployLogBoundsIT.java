package dev.warmgate.deploylogs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Checks that judging a log costs at most 40 times what wc costs on it, in the same run, and little
 * memory, whatever its lines are: by default few kinds of lines, with -Dtests.full=true all.
 */
class DeployLogBoundsIT {

  private static final boolean FULL = Boolean.getBoolean("tests.full");
  private static final int SIZE = FULL ? 20_000_000 : 10_000_000;
  private static final int MEBIBYTE = 1024;

  @TempDir Path directory;

  @ParameterizedTest(name = "{0} with {1}")
  @MethodSource("kindsThatCost")
  void costsAtMostFortyTimesWhatCountingItsWordsCosts(String name, String awk, String line)
      throws Exception {
    String path = pathWith(awk);
    Path log = write("log", line, SIZE);

    assertCost(40, path, check(log), "LC_ALL=C wc " + log);
  }

  @ParameterizedTest(name = "{0} with {1}")
  @MethodSource("kinds")
  void tenLongLinesCostAtMostFourTimesWhatFiveCost(String name, String awk, String line)
      throws Exception {
    String path = pathWith(awk);
    String long1 = line.strip().repeat(100_000 / line.strip().length() + 1) + "\n";

    Path ten = write("ten", long1, 10 * long1.length());
    assertCost(4, path, check(ten), check(write("five", long1, 5 * long1.length())));
  }

  @ParameterizedTest(name = "{0} with {1}")
  @MethodSource("kinds")
  void takesLittleMemory(String name, String awk, String line) throws Exception {
    Process process = bash(pathWith(awk), check(write("log", line, SIZE)));
    long most = 0;
    while (process.isAlive()) {
      most = Math.max(most, residentKibibytes(process.toHandle()));
      Thread.sleep(5);
    }

    assertThat(most).isPositive().isLessThanOrEqualTo(64 * MEBIBYTE);
  }

  static Stream<Arguments> kinds() {
    return kinds("five megabytes on one line");
  }

  static Stream<Arguments> kindsThatCost() {
    return kinds("a capture's name", "the start of a capture");
  }

  private static Stream<Arguments> kinds(String... some) {
    Stream<String[]> lines =
        Stream.of(
            new String[] {"five megabytes on one line", "x y".repeat(1_700_000) + "\n"},
            new String[] {"a capture's name", "Cannot find module '{1}'\n"},
            new String[] {"the start of a capture", "Cannot find module '".repeat(80) + "\n"},
            new String[] {"errors that no rule knows", "Error: no\n"},
            new String[] {"hints", "failed to go on\n"},
            new String[] {"prose", "waits until each of its users has an answer from it\n"},
            new String[] {"capitals", "A".repeat(100_000) + "\n"},
            new String[] {"places of errors", "error (1,2)".repeat(9_000) + "\n"},
            new String[] {"tokens", "TOKEN=a ".repeat(12_500) + "\n"},
            new String[] {
              "a minified bundle beside an error",
              "!function(e,t){e.Error=t()}(this,function(){throw new Error(\"failed: x\")});"
                      .repeat(1_000)
                  + "\nError: Cannot find module 'x'\n"
            });
    return (FULL ? lines : lines.filter(line -> List.of(some).contains(line[0])))
        .flatMap(line -> Stream.of("mawk", "gawk").map(awk -> Arguments.of(line[0], awk, line[1])));
  }

  private static String check(Path log) {
    return Checker.SCRIPTS.resolve("check-fe-deploy-logs.sh") + " --json --file " + log;
  }

  private Path write(String name, String line, int size) throws IOException {
    // They differ in letters, for lines that are the same but for a number are not judged again.
    var text = new StringBuilder();
    for (int n = 0; n == 0 || text.length() + line.length() <= size; n++) {
      text.append(letters(n * 7_919L)).append(' ').append(line);
    }
    return Files.writeString(directory.resolve(name), text);
  }

  private static String letters(long n) {
    var word = new StringBuilder();
    for (int i = 0; i < 4; i++, n /= 26) {
      word.append((char) ('a' + n % 26));
    }
    return word.toString();
  }

  /** A PATH on which awk is the one that is named; without it the system's awk is tried. */
  private String pathWith(String awk) throws IOException {
    for (String place : List.of("/usr/bin/", "/bin/", "/usr/local/bin/")) {
      if (Files.isExecutable(Path.of(place + awk))) {
        Path bin = Files.createDirectories(directory.resolve(awk));
        Files.deleteIfExists(bin.resolve("awk"));
        Files.createSymbolicLink(bin.resolve("awk"), Path.of(place + awk));
        return bin + ":" + System.getenv("PATH");
      }
    }
    return System.getenv("PATH");
  }

  /** Up to three times, for what else the machine does can only add. */
  private void assertCost(int factor, String path, String command, String reference)
      throws Exception {
    double ratio = Double.MAX_VALUE;
    for (int i = 0; i < 3 && ratio > factor; i++) {
      ratio = Math.min(ratio, processorSeconds(path, command) / processorSeconds(path, reference));
    }
    assertThat(ratio).isLessThanOrEqualTo(factor);
  }

  /** What bash's times says of its children, in seconds. */
  private double processorSeconds(String path, String command) throws Exception {
    Process process = bash(path, "{ " + command + "; } >/dev/null 2>&1; times");
    List<String> times =
        new String(process.getInputStream().readAllBytes(), UTF_8).lines().toList();
    double sum = 0;
    for (String time : times.getLast().split(" ", -1)) {
      String[] parts = time.replace("s", "").split("m", -1);
      sum += Integer.parseInt(parts[0]) * 60 + Double.parseDouble(parts[1]);
    }
    return sum;
  }

  private Process bash(String path, String command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder("bash", "-c", command);
    builder.environment().put("PATH", path);
    return builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }

  private static long residentKibibytes(ProcessHandle process) {
    return Stream.concat(Stream.of(process), process.descendants())
        .mapToLong(handle -> {
          try (Stream<String> status = Files.lines(Path.of("/proc/" + handle.pid() + "/status"))) {
            return status
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
          } catch (IOException | UncheckedIOException e) {
            return 0; // it has ended
          }
        })
        .sum();
  }
}
