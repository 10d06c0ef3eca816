package dev.warmgate.redis;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;

/**
 * A PEM file with the certificates of the authorities that are trusted in place of the JDK's. It is
 * read once, so that a wrong one stops the start.
 */
public record CaFile(Path path) {
  /**
   * @throws IllegalArgumentException if it is no such file
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static CaFile parse(String text) {
    try {
      Path path = Path.of(text.strip());
      try (InputStream pem = Files.newInputStream(path)) {
        if (!CertificateFactory.getInstance("X.509").generateCertificates(pem).isEmpty()) {
          return new CaFile(path);
        }
      }
    } catch (IOException | CertificateException | InvalidPathException _) {
      // Their messages may repeat the file's content.
    }
    throw new IllegalArgumentException("must be a PEM file with certificates that can be read");
  }
}
