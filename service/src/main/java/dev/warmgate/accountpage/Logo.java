package dev.warmgate.accountpage;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** A picture in a file, which is read once: browsers load it from this service only. */
public record Logo(byte[] content, boolean isSvg) {
  private static final int MAX_BYTES = 64 * 1024;
  private static final String PNG = "\u0089PNG\r\n";

  /**
   * @throws IllegalArgumentException if the file is not such a picture
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static Logo parse(String file) {
    try {
      Path path = Path.of(file);
      if (Files.isRegularFile(path) && Files.size(path) <= MAX_BYTES) {
        byte[] content = Files.readAllBytes(path);
        String text = new String(content, StandardCharsets.ISO_8859_1);
        boolean svg = text.contains("<svg") && text.stripLeading().startsWith("<");
        if (svg || text.startsWith(PNG)) {
          return new Logo(content, svg);
        }
      }
    } catch (IOException | InvalidPathException _) {
      // As for a file that is no picture.
    }
    throw new IllegalArgumentException("must be the path of an SVG or PNG file of at most 64 KiB");
  }

  @Override
  public String toString() {
    return "Logo[" + content.length + "]";
  }
}
