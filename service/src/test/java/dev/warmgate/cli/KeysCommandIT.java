package dev.warmgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Dependencies;
import dev.warmgate.testkit.Eventually;
import dev.warmgate.testkit.RunningService;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Checks that {@code keys rotate} says when a running service publishes the new key. */
final class KeysCommandIT {
  private static final Pattern TIME = Pattern.compile("[0-9-]{10}T[0-9:]{8}Z");
  private static final String DATABASE = Dependencies.newDatabaseUrl();

  @RegisterExtension
  static final RunningService SERVICE =
      new RunningService().with("database.url", DATABASE).with("keys.reload", "3s");

  @TempDir private Path directory;

  @Test
  void rotateSaysWhenTheKeyIsPublished() throws Exception {
    Path configuration = Path.of(CommandConfiguration.in(directory, DATABASE));
    Files.writeString(configuration, "\nkeys: {reload: 3s}\n", StandardOpenOption.APPEND);

    CommandRun rotated = CommandRun.keys("keys", "--config", configuration.toString(), "rotate");
    assertThat(rotated.status()).as(rotated.err()).isZero();
    String id = rotated.out().strip();
    List<Instant> said =
        TIME.matcher(rotated.err()).results().map(MatchResult::group).map(Instant::parse).toList();

    assertThat(said).as(rotated.err()).hasSize(3).isSorted();
    assertThat(rotated.err()).doesNotContain("now");
    Instant publishedBy = said.getFirst();
    assertThat(Duration.between(Instant.now(), publishedBy)).isLessThan(Duration.ofSeconds(4));
    assertThat(Duration.between(publishedBy, said.get(1))).isEqualTo(Duration.ofMinutes(10));
    // A second for the read itself, since the time is rounded down.
    Eventually.within(
        Duration.between(Instant.now(), publishedBy.plusSeconds(2)),
        () ->
            SERVICE
                .api()
                .get("/.well-known/jwks.json")
                .body()
                .findValuesAsText("kid")
                .contains(id));
  }
}
