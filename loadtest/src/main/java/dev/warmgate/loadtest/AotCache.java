package dev.warmgate.loadtest;

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
 * The JDK's ahead-of-time cache of the service: classes parsed and linked, and what the compiler
 * should know. The first start of a build records one, which is written when that service stops;
 * every later start takes it. It fits one build and one JDK, and never the tracing agent, which the
 * JDK refuses to combine with it. Nothing fails without one.
 */
final class AotCache {
  private static final String SUFFIX = ".aot";

  private final Path cache;
  private final Path recording;
  private final boolean there;

  private AotCache(Path cache) {
    this.cache = cache;
    this.recording =
        cache.resolveSibling(cache.getFileName() + "." + ProcessHandle.current().pid());
    this.there = Files.exists(cache);
  }

  static AotCache of(Path jar) throws IOException {
    return new AotCache(jar.resolveSibling("warmgate-" + key(jar) + SUFFIX));
  }

  /** The build and the JDK, by what changes with them. */
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
    // Quiet: what it has to say is no JSON, and nobody can act on it.
    return there
        ? List.of("-XX:AOTCache=" + cache, "-Xlog:disable")
        : List.of("-XX:AOTCacheOutput=" + recording, "-Xlog:disable");
  }

  /** Keeps what a service that has stopped has recorded, and drops what earlier builds had. */
  void keep() throws IOException {
    if (there || !Files.exists(recording)) {
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
