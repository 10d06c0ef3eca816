package dev.warmgate.secret;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Secret keys in a file, as orchestrators mount them. A file that every user of the machine can
 * read or write is refused.
 */
public final class SecretFile {
  private static final int MOST_BYTES = 64 * 1024;

  private final SecretKeys keys;

  /**
   * @throws IllegalArgumentException with a message that says what is wrong, without the file's
   *     content
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public SecretFile(String name) {
    keys = new SecretKeys(read(name));
  }

  /**
   * Returns the content of a file with a secret, without the white space around it.
   *
   * @throws IllegalArgumentException with a message that says what is wrong, without the content
   */
  public static String read(String name) {
    if (name.isBlank()) {
      throw new IllegalArgumentException("names no file");
    }
    try {
      Path file = Path.of(name);
      if (Files.isDirectory(file)) {
        throw new IllegalArgumentException("names a directory");
      }
      Set<PosixFilePermission> permissions = permissions(file);
      if (permissions.contains(PosixFilePermission.OTHERS_READ)
          || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
        throw new IllegalArgumentException(
            "names a file that others can read or write; run: chmod o-rw " + file);
      }
      if (Files.size(file) > MOST_BYTES) {
        throw new IllegalArgumentException("names a file that is too large for keys");
      }
      String content = Files.readString(file).strip();
      if (content.isEmpty()) {
        throw new IllegalArgumentException("names an empty file");
      }
      return content;
    } catch (IOException | InvalidPathException unreadable) {
      // The cause's message could contain a part of a malformed file.
      throw new IllegalArgumentException("names a file that cannot be read", unreadable);
    }
  }

  private static Set<PosixFilePermission> permissions(Path file) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    return view == null ? Set.of() : view.readAttributes().permissions();
  }

  /**
   * Returns the keys that were configured directly or as a file.
   *
   * @throws IllegalArgumentException if both are configured
   */
  public static @Nullable SecretKeys either(
      @Nullable SecretKeys keys, @Nullable SecretFile file, String name) {
    if (keys != null && file != null) {
      throw new IllegalArgumentException(
          "secrets." + name + " and secrets." + name + "_file are both set; set only one of them");
    }
    return file == null ? keys : file.keys;
  }
}
