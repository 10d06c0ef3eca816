package dev.warmgate.transfer.source;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A file, a pipe or standard input, whose bytes are counted while it is read. A record that would
 * not fit into memory stops the reading.
 */
public final class SourceFile {
  /** Says that a record is larger than that of any user. */
  static final class TooLargeRecord extends IOException {
    private static final long serialVersionUID = 1L;
  }

  /** In bytes; about, since readers read ahead. */
  static final int MOST_OF_RECORD = 16 << 20;

  private static final int BUFFER = 1 << 16;

  private final String name;
  private final @Nullable Path path;
  private final InputStream standardInput;
  private final AtomicLong bytesRead = new AtomicLong();

  /** How many bytes may be read until the next call of {@link #beginRecord}. */
  private long left = Long.MAX_VALUE;

  private SourceFile(String name, @Nullable Path path, InputStream standardInput) {
    this.name = name;
    this.path = path;
    this.standardInput = standardInput;
  }

  /**
   * @param path a file, or {@code -} for standard input
   */
  public static SourceFile of(String path, InputStream standardInput) {
    if (path.equals("-")) {
      return new SourceFile("standard input", null, standardInput);
    }
    Path file = Path.of(path);
    return new SourceFile(String.valueOf(file.getFileName()), file, standardInput);
  }

  /** As {@link #of}; of a directory, its JSON files in the order of their names. */
  public static List<SourceFile> ofAll(String path, InputStream standardInput) throws IOException {
    Path directory = Path.of(path);
    if (path.equals("-") || !Files.isDirectory(directory)) {
      return List.of(of(path, standardInput));
    }
    try (Stream<Path> files = Files.list(directory)) {
      List<SourceFile> found =
          files
              .filter(file -> file.toString().endsWith(".json"))
              .sorted()
              .map(file -> of(file.toString(), standardInput))
              .toList();
      if (found.isEmpty()) {
        throw new NoSuchFileException(directory.resolve("*.json").toString());
      }
      return found;
    }
  }

  public String name() {
    return name;
  }

  /** Returns the path of a file that can be read again; {@code null} for anything else. */
  public @Nullable Path path() {
    return path == null || !Files.isRegularFile(path) ? null : path;
  }

  public long bytesRead() {
    return bytesRead.get();
  }

  /** Returns the size in bytes; 0 if it is unknown. */
  long size() {
    try {
      return path == null ? 0 : Files.size(path);
    } catch (IOException unreadable) {
      // Reading it says why.
      return 0;
    }
  }

  /** Is called before a record is read that is kept in memory. */
  void beginRecord() {
    left = MOST_OF_RECORD;
  }

  /** Is called before something is skipped, which may be large. */
  void endRecord() {
    left = Long.MAX_VALUE;
  }

  InputStream open() throws IOException {
    InputStream in = path == null ? standardInput : Files.newInputStream(path);
    return new BufferedInputStream(new Counting(in), BUFFER);
  }

  private final class Counting extends FilterInputStream {
    Counting(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] into, int from, int most) throws IOException {
      int read = super.read(into, from, most);
      bytesRead.addAndGet(Math.max(0, read));
      left -= Math.max(0, read);
      if (left < 0) {
        throw new TooLargeRecord();
      }
      return read;
    }
  }
}
