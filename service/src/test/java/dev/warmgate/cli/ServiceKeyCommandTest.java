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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ServiceKeyCommandTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "service-key",
        "service-key list",
        "service-key --config x",
        "service-key --config x destroy",
        "service-key --config x create --name n",
        "service-key --config x create --scope performance",
        "service-key --config x create --name n --scope everything",
        "service-key --config x revoke",
      })
  void refusesWrongUsageWithStatus64(String arguments) {
    assertThat(run(arguments)).map(ExitStatus::of).contains(64);
    assertThat(err.toString(StandardCharsets.UTF_8)).isNotBlank().doesNotContain("\tat ");
    assertThat(out.size()).isZero();
  }

  @Test
  void saysInOneLineThatThereIsNoConfiguration() {
    assertThat(run("service-key --config no-such-file list")).map(ExitStatus::of).contains(1);
    assertThat(err.toString(StandardCharsets.UTF_8).strip().lines()).hasSize(1);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("no-such-file");
  }

  private Optional<Throwable> run(String arguments) {
    Bootstrap<WarmgateConfiguration> bootstrap = new Bootstrap<>(new WarmgateApplication());
    bootstrap.addCommand(new ServiceKeyCommand(new PrintStream(out), new PrintStream(err)));
    return new Cli(new JarLocation(getClass()), bootstrap, out, err).run(arguments.split(" ", -1));
  }
}
