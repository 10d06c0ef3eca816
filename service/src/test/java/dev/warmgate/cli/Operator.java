package dev.warmgate.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.warmgate.WarmgateApplication;
import dev.warmgate.WarmgateConfiguration;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.util.JarLocation;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.slf4j.LoggerFactory;

/** Somebody at a terminal, who runs {@code warmgate admin} as the jar runs it. */
public final class Operator {
  /** How a command ended, and what it said. */
  public record Ended(int status, String said) {}

  private Operator() {}

  /**
   * @param input all of standard input
   */
  public static Ended admin(String input, String... arguments) {
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    Level level = root.getLevel();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream terminal = new PrintStream(err, true, UTF_8);
    Bootstrap<WarmgateConfiguration> bootstrap = new Bootstrap<>(new WarmgateApplication());
    bootstrap.setConfigurationSourceProvider(
        new io.dropwizard.configuration.FileConfigurationSourceProvider());
    bootstrap.addCommand(
        new AdminCommand(new ByteArrayInputStream(input.getBytes(UTF_8)), terminal));
    try {
      int status =
          new Cli(new JarLocation(Operator.class), bootstrap, terminal, terminal)
              .run(arguments)
              .map(ExitStatus::of)
              .orElse(0);
      return new Ended(status, err.toString(UTF_8));
    } finally {
      root.setLevel(level);
    }
  }
}
