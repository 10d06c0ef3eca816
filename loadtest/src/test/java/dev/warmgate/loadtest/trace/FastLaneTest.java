package dev.warmgate.loadtest.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class FastLaneTest {
  private static final Path ENDPOINTS =
      Path.of("../service/src/test/java/dev/warmgate/request/EndpointsTest.java");
  private static final Pattern FAST = Pattern.compile("(?m)^ +(\\w+ /\\S+) +\\|[^|]*\\| fast$");

  @Test
  void hasTheEndpointsThatTheServiceIsTestedFor() throws IOException {
    assertThat(
            FAST.matcher(Files.readString(ENDPOINTS))
                .results()
                .map(found -> found.group(1))
                .toList())
        .isNotEmpty()
        .containsExactlyInAnyOrderElementsOf(FilterTraceCheck.FAST_LANE);
  }
}
