package dev.warmgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.WarmgateApplication;
import dev.warmgate.WarmgateConfiguration;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.util.JarLocation;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ValidateCommandTest {
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "validate",
        "validate --url",
        "validate --url ftp://host",
        "validate --url host",
        "validate --url http://",
        "validate --url http://user:secret@host",
        "validate --url http://host?token=secret",
        "validate --url http://host --timeout 0",
        "validate --url http://host --timeout soon",
        "validate --url http://host --service-key schlüssel-secret",
        "validate --url http://host --unknown"
      })
  void refusesWrongUsageWithStatus64(String arguments) {
    assertThat(run(arguments)).map(ExitStatus::of).contains(64);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isNotBlank()
        .doesNotContain("secret", "Exception", "\tat ");
  }

  @Test
  void endsWellForHelp() {
    assertThat(run("validate --help")).isEmpty();
  }

  private Optional<Throwable> run(String arguments) {
    Bootstrap<WarmgateConfiguration> bootstrap = new Bootstrap<>(new WarmgateApplication());
    bootstrap.addCommand(new ValidateCommand(Map.of()));
    Cli cli = new Cli(new JarLocation(getClass()), bootstrap, new ByteArrayOutputStream(), err);
    return cli.run(arguments.split(" "));
  }
}
