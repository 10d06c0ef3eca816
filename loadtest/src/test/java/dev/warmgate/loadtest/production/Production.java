package dev.warmgate.loadtest.production;

import dev.warmgate.loadtest.stack.Dependencies;
import dev.warmgate.loadtest.stack.ServiceBuilder;
import dev.warmgate.loadtest.testkit.TestStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/** Services whose dependencies a test replaces by those of production. */
final class Production {
  private static final Map<String, String> UNMEASURED =
      // On a busy machine the hashing gate would otherwise refuse logins.
      Map.of("RATE_LIMITS", "off", "WARMUP_HTTP", "off", "HASHING_BOUND", "off");

  private Production() {}

  static ServiceBuilder service(Dependencies dependencies, Map<String, String> settings)
      throws IOException {
    return service(dependencies, TestStack.PROJECT, settings);
  }

  /** Returns a service of another checkout, which has been built. */
  static ServiceBuilder service(
      Dependencies dependencies, Path checkout, Map<String, String> settings) throws IOException {
    return dependencies.service(checkout).with(TestStack.BRIEF).with(UNMEASURED).with(settings);
  }

  /** Returns how many lines of a service's log contain the text. */
  static long lines(Path directory, String service, String text) {
    try (Stream<String> lines = Files.lines(directory.resolve(service + ".log"))) {
      return lines.filter(line -> line.contains(text)).count();
    } catch (IOException unreadable) {
      throw new java.io.UncheckedIOException(unreadable);
    }
  }
}
