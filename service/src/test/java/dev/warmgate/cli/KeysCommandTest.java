package dev.warmgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.WarmgateApplication;
import dev.warmgate.WarmgateConfiguration;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.util.JarLocation;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KeysCommandTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "keys",
        "keys list",
        "keys --config x",
        "keys --config x destroy",
        "keys --config x retire",
        "keys --config x rotate --now",
      })
  void refusesWrongUsageWithStatus64(String arguments) {
    assertThat(run(arguments)).map(ExitStatus::of).contains(64);
    assertThat(err.toString(StandardCharsets.UTF_8)).isNotBlank().doesNotContain("\tat ");
    assertThat(out.size()).isZero();
  }

  private Optional<Throwable> run(String arguments) {
    Bootstrap<WarmgateConfiguration> bootstrap = new Bootstrap<>(new WarmgateApplication());
    bootstrap.addCommand(new KeysCommand(new PrintStream(out), new PrintStream(err)));
    return new Cli(new JarLocation(getClass()), bootstrap, out, err).run(arguments.split(" ", -1));
  }
}
