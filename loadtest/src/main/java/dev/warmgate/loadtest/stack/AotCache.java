package dev.warmgate.loadtest.stack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * The JDK's ahead-of-time cache for the service: parsed and linked classes and profiles for the
 * compiler. The first start of a build records the cache, later starts of the same build on the
 * same JDK use it; a missing or broken cache only makes the start slower. The JDK refuses to
 * combine it with the tracing agent.
 */
final class AotCache {
  private static final String SUFFIX = ".aot";

  private final Path cache;
  private final Path recording;
  private final boolean exists;

  private AotCache(Path cache) {
    this.cache = cache;
    this.recording =
        cache.resolveSibling(cache.getFileName() + "." + ProcessHandle.current().pid());
    this.exists = Files.exists(cache);
  }

  static AotCache of(Path jar) throws IOException {
    return new AotCache(jar.resolveSibling("warmgate-" + key(jar) + SUFFIX));
  }

  /** Identifies the build and the JDK by values that change with either. */
  private static String key(Path jar) throws IOException {
    String key =
        Files.size(jar)
            + " "
            + Files.getLastModifiedTime(jar).toMillis()
            + " "
            + System.getProperty("java.vm.version")
            + " "
            + System.getProperty("java.home");
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 8);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  List<String> flags() {
    // The JVM's messages about the cache are not JSON and would break the service's log.
    return exists
        ? List.of("-XX:AOTCache=" + cache, "-Xlog:disable")
        : List.of("-XX:AOTCacheOutput=" + recording, "-Xlog:disable");
  }

  /** Keeps what the stopped service has recorded and deletes the caches of earlier builds. */
  void keep() throws IOException {
    if (exists || !Files.exists(recording)) {
      return;
    }
    try (Stream<Path> beside = Files.list(cache.getParent())) {
      for (Path old : beside.filter(path -> path.toString().endsWith(SUFFIX)).toList()) {
        Files.delete(old);
      }
    }
    Files.move(recording, cache, StandardCopyOption.ATOMIC_MOVE);
  }
}
