package dev.warmgate.testkit;

import dev.warmgate.WarmgateApplication;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The classes of the service, for tests that look at annotations and need no analysis of code. */
public final class ServiceClasses {
  private static final String SUFFIX = ".class";

  private ServiceClasses() {}

  /** Returns all of them, loaded but not initialized. */
  public static List<Class<?>> all() {
    try {
      Path root =
          Path.of(
              WarmgateApplication.class
                  .getProtectionDomain()
                  .getCodeSource()
                  .getLocation()
                  .toURI());
      try (Stream<Path> files = Files.walk(root)) {
        return files
            .map(file -> root.relativize(file).toString())
            .filter(file -> file.endsWith(SUFFIX) && !file.endsWith("-info" + SUFFIX))
            .map(ServiceClasses::load)
            .toList();
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (URISyntaxException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static Class<?> load(String file) {
    String name = file.substring(0, file.length() - SUFFIX.length()).replace('/', '.');
    try {
      return Class.forName(name, false, ServiceClasses.class.getClassLoader());
    } catch (ClassNotFoundException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
