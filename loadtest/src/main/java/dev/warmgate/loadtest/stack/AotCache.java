package dev.warmgate.loadtest.stack;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * The JDK's ahead-of-time cache for the service: its classes, parsed and linked. A start of its
 * own, without the agent, records it once per build and JDK; starts with the agent and without use
 * it. A broken cache only makes the start slower.
 */
final class AotCache {
  private static final String SUFFIX = ".aot";

  private final Path agent;
  private final Path cache;
  private final Path recording;

  private AotCache(Path agent, Path cache) {
    this.agent = agent;
    this.cache = cache;
    this.recording =
        cache.resolveSibling(cache.getFileName() + "." + ProcessHandle.current().pid());
  }

  static AotCache of(Path jar, Path agent) throws IOException {
    return new AotCache(agent, jar.resolveSibling("warmgate-" + key(jar, agent) + SUFFIX));
  }

  /** Identifies the build, the agent and the JDK by values that change with them. */
  private static String key(Path jar, Path agent) throws IOException {
    String key =
        String.join(
            " ",
            identity(jar),
            identity(agent),
            System.getProperty("java.vm.version"),
            System.getProperty("java.home"));
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 8);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static String identity(Path file) throws IOException {
    return Files.size(file) + " " + Files.getLastModifiedTime(file).toMillis();
  }

  boolean isRecorded() {
    return Files.exists(cache);
  }

  /** Keeps other processes from recording it until the lock is closed. */
  Closeable lock() throws IOException {
    FileChannel file =
        FileChannel.open(
            cache.resolveSibling(cache.getFileName() + ".lock"),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE);
    try {
      FileLock _ = file.lock();
      return file;
    } catch (IOException | RuntimeException failed) {
      file.close();
      throw failed;
    }
  }

  /**
   * Without profiles for the compiler: those of a start would make it compile methods early and
   * badly, and the first minute of load pays for that.
   */
  List<String> recordingFlags() {
    List<String> flags = new ArrayList<>(flags("-XX:AOTCacheOutput=" + recording));
    flags.add("-XX:+UnlockDiagnosticVMOptions");
    flags.add("-XX:-AOTRecordTraining");
    return flags;
  }

  List<String> flags() {
    return flags("-XX:AOTCache=" + cache);
  }

  /**
   * The JDK refuses to record while an agent runs, and to use a cache where the modules or the boot
   * class path differ. So a start without the agent gets what the agent would add to both.
   */
  private List<String> flags(String use) {
    return List.of(
        "--add-modules=java.instrument",
        "-Xbootclasspath/a:" + agent,
        "-XX:+DisableAttachMechanism",
        use,
        // The JVM's messages about the cache are not JSON and would break the service's log.
        "-Xlog:disable");
  }

  /** Keeps what the stopped service has recorded and deletes the caches of earlier builds. */
  void keep() throws IOException {
    if (!Files.exists(recording)) {
      return;
    }
    try (Stream<Path> beside = Files.list(cache.getParent())) {
      for (Path old : beside.filter(path -> path.toString().endsWith(SUFFIX)).toList()) {
        Files.deleteIfExists(old);
      }
    }
    Files.move(recording, cache, StandardCopyOption.ATOMIC_MOVE);
  }
}
