package dev.warmgate.testkit;

import dev.warmgate.WarmgateApplication;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds the service's resource classes by their annotation, so that none is missing. */
public final class Resources {
  private Resources() {}

  public static Set<Class<?>> all() {
    try {
      java.nio.file.Path classes =
          java.nio.file.Path.of(
              WarmgateApplication.class
                  .getProtectionDomain()
                  .getCodeSource()
                  .getLocation()
                  .toURI());
      try (Stream<java.nio.file.Path> files = Files.walk(classes)) {
        return files
            .map(file -> classes.relativize(file).toString())
            .filter(file -> file.endsWith(".class"))
            .map(file -> load(file.replace(".class", "").replace('/', '.')))
            .filter(type -> type.isAnnotationPresent(Path.class))
            .collect(Collectors.toSet());
      }
    } catch (IOException | URISyntaxException unreadable) {
      throw new IllegalStateException(unreadable);
    }
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName(name, false, Resources.class.getClassLoader());
    } catch (ClassNotFoundException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
