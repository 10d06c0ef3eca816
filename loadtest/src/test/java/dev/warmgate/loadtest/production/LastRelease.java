package dev.warmgate.loadtest.production;

import dev.warmgate.loadtest.testkit.TestStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;

/**
 * The build of the commit that the changelog names as the last release; a test is skipped where the
 * repository does not have it. {@code -Dupgrade.repository=DIRECTORY} takes it from another one.
 */
final class LastRelease {
  private static final Pattern COMMIT = Pattern.compile("upgraded from commit `([0-9a-f]{40})`");
  private static final Path CHANGELOG = TestStack.PROJECT.resolve("service/docs/changelog.md");
  private static final Path BUILDS = Path.of("target", "releases").toAbsolutePath();

  private LastRelease() {}

  static String commit() throws IOException {
    Matcher named = COMMIT.matcher(Files.readString(CHANGELOG));
    if (!named.find()) {
      throw new IOException(CHANGELOG + " names no commit to upgrade from");
    }
    return named.group(1);
  }

  /** Returns a checkout of it with a built service; builds it at the first call. */
  static Path checkout() throws IOException, InterruptedException {
    String commit = commit();
    String repository =
        System.getProperty("upgrade.repository", TestStack.PROJECT.toRealPath().toString());
    Path checkout = BUILDS.resolve(commit);
    Path done = checkout.resolve("built");
    if (!Files.exists(done)) {
      Files.createDirectories(checkout);
      Path archive = BUILDS.resolve(commit + ".tar");
      try {
        String _ =
            Debian.run(List.of("git", "-C", repository, "archive", "--output=" + archive, commit));
      } catch (IOException shallow) {
        Assumptions.abort("needs the commit " + commit + ": " + shallow.getMessage());
      }
      String _ = Debian.run(List.of("tar", "-xf", archive.toString(), "-C", checkout.toString()));
      String _ =
          Debian.run(
              List.of(
                  "mvn",
                  "-B",
                  "-ntp",
                  "-q",
                  "-f",
                  checkout.resolve("pom.xml").toString(),
                  "-pl",
                  "service",
                  "package",
                  "-Dmaven.test.skip=true"),
              Map.of("JAVA_HOME", System.getProperty("java.home")));
      Files.createFile(done);
    }
    return checkout;
  }
}
