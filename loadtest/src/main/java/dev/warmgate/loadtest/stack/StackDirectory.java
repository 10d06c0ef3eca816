package dev.warmgate.loadtest.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The directory of one stack, readable by its owner only. The operating system releases its lock
 * when the process ends, even when it is killed.
 */
final class StackDirectory implements AutoCloseable {
  private static final String OWNER_ONLY = "rw-------";

  private final Path path;
  private final FileChannel lockFile;

  private StackDirectory(Path path, FileChannel lockFile) {
    this.path = path;
    this.lockFile = lockFile;
  }

  /** Opens and locks the directory; fails if another stack uses it. */
  static StackDirectory open(Path path) throws IOException {
    Files.createDirectories(
        path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    FileChannel lockFile = openLockFile(path);
    if (tryLock(lockFile) == null) {
      lockFile.close();
      throw new StackFailure(
          "A stack is already running in "
              + path
              + pid(path).map(pid -> " (process " + pid + ")").orElse("")
              + "; stop it first (scripts/run.sh --stop).");
    }
    lockFile.truncate(0);
    lockFile.write(
        ByteBuffer.wrap(
            Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
    return new StackDirectory(path, lockFile);
  }

  /** Returns the process that runs a stack in this directory, if there is one. */
  static Optional<ProcessHandle> owner(Path path) {
    if (!Files.isDirectory(path)) {
      return Optional.empty();
    }
    try (FileChannel lockFile = openLockFile(path)) {
      return tryLock(lockFile) == null ? pid(path).flatMap(ProcessHandle::of) : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path resolve(String name) {
    return path.resolve(name);
  }

  /** Writes a file that only its owner may read, from the moment it exists. */
  void writeSecret(String name, String content) throws IOException {
    Path file = resolve(name);
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER_ONLY)));
    Files.writeString(file, content);
  }

  /** Deletes these files and directories, recursively, if they exist. */
  void delete(String... names) throws IOException {
    for (String name : names) {
      if (Files.exists(resolve(name))) {
        try (Stream<Path> all = Files.walk(resolve(name))) {
          for (Path entry : all.sorted(Comparator.reverseOrder()).toList()) {
            Files.delete(entry);
          }
        }
      }
    }
  }

  @Override
  public void close() throws IOException {
    lockFile.close();
  }

  private static FileChannel openLockFile(Path path) throws IOException {
    return FileChannel.open(
        path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  private static FileLock tryLock(FileChannel lockFile) throws IOException {
    try {
      return lockFile.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private static Optional<Long> pid(Path path) {
    try {
      return Optional.of(Long.valueOf(Files.readString(path.resolve("lock")).strip()));
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }
}
