package dev.warmgate.testkit;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A PostgreSQL that a test can stop and start again on the same port with the same data. */
public final class OwnPostgres implements BeforeAllCallback, AfterAllCallback {
  private final int port = Dependencies.freePort();
  private final Path data;
  private EmbeddedPostgres running;

  public OwnPostgres() {
    try {
      data = Files.createTempDirectory("warmgate-postgres");
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  public OwnPostgres start() {
    try {
      Files.createDirectories(data);
      running =
          EmbeddedPostgres.builder()
              .setPort(port)
              .setDataDirectory(data)
              .setCleanDataDirectory(false)
              .start();
      return this;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  public void stop() {
    try {
      running.close();
      running = null;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  public String url() {
    return "postgres://postgres:postgres@127.0.0.1:" + port + "/postgres";
  }

  /** Starts it again if the class runs again. */
  @Override
  public void beforeAll(ExtensionContext context) {
    if (running == null) {
      start();
    }
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    if (running != null) {
      stop();
    }
    org.apache.commons.io.FileUtils.deleteDirectory(data.toFile());
  }
}
