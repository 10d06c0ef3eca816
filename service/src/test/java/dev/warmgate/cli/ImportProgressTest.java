package dev.warmgate.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.transfer.source.Source;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ImportProgressTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final AtomicLong now = new AtomicLong(42);

  @Test
  void printsALineAMinuteWhereNoTerminalIs() throws Exception {
    ImportProgress progress = progress(false, "-");

    for (int second = 1; second <= 150; second++) {
      now.addAndGet(Duration.ofSeconds(1).toNanos());
      progress.progress(second * 1000L);
    }
    progress.clear();

    assertThat(printed())
        .isEqualTo("60,000 records, 1,000/s%n120,000 records, 1,000/s%n".formatted());
  }

  @Test
  void drawsABarOnATerminal(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("accounts.csv"), "email\n");
    ImportProgress progress = progress(true, file.toString());

    now.addAndGet(Duration.ofSeconds(2).toNanos());
    progress.progress(5000);
    progress.problem("accounts.csv:7: has no id");

    assertThat(printed()).contains("]   0 %  5,000 records, 2,500/s, ").endsWith("\r\u001b[K");
    assertThat(out.toString(UTF_8)).isEqualTo("accounts.csv:7: has no id%n".formatted());
  }

  @Test
  void countsOnlyWhatThisRunHasDoneInItsRate() throws Exception {
    ImportProgress progress = progress(false, "-");
    progress.resumed(50_000);
    now.addAndGet(Duration.ofMinutes(1).toNanos());

    progress.progress(56_000);

    assertThat(printed())
        .startsWith("An earlier run has done 50,000 records of these files")
        .contains("56,000 records, 100/s");
  }

  private String printed() {
    return err.toString(UTF_8);
  }

  private ImportProgress progress(boolean onTerminal, String input) throws Exception {
    Source source =
        Source.of(
            new Source.Description("csv", input, null, null, null, null),
            InputStream.nullInputStream(),
            Clock.systemUTC());
    return new ImportProgress(
        source,
        new PrintStream(out, true, UTF_8),
        new PrintStream(err, true, UTF_8),
        onTerminal,
        now::get);
  }
}
