package dev.warmgate.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.warmgate.WarmgateApplication;
import dev.warmgate.WarmgateConfiguration;
import dev.warmgate.testkit.SecondFactor;
import dev.warmgate.testkit.TestedApplication;
import io.dropwizard.configuration.FileConfigurationSourceProvider;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.Command;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.util.JarLocation;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.slf4j.LoggerFactory;

/**
 * The result of a command that ran as the jar runs it.
 *
 * @param out what it printed as its result
 * @param err what it printed for the operator
 */
record CommandRun(int status, String out, String err) {
  private static final Pattern CODE = Pattern.compile("(?m)^ +([a-z2-9]{5}-[a-z2-9]{5})$");

  /** Returns the app into which the operator puts the factor that {@code admin create} printed. */
  SecondFactor factor() {
    String rest = out.substring(out.indexOf("Secret: ") + "Secret: ".length());
    return SecondFactor.of(rest.substring(0, rest.indexOf('\n')).strip());
  }

  /** Returns the recovery codes that {@code admin create} printed. */
  List<String> recoveryCodes() {
    return CODE.matcher(out).results().map((MatchResult code) -> code.group(1)).toList();
  }

  private interface CommandFactory {
    Command create(PrintStream out, PrintStream err);
  }

  /**
   * @param input the whole of standard input
   */
  static CommandRun admin(String input, String... arguments) {
    return of(
        (out, err) -> new AdminCommand(new ByteArrayInputStream(input.getBytes(UTF_8)), out, err),
        arguments);
  }

  /**
   * @param input the whole of standard input
   */
  static CommandRun importing(Map<String, String> environment, String input, String... arguments) {
    return of(
        (out, err) ->
            new ImportCommand(
                environment, new ByteArrayInputStream(input.getBytes(UTF_8)), out, err),
        arguments);
  }

  static CommandRun exporting(String... arguments) {
    return of(ExportCommand::new, arguments);
  }

  /** Standard output is that stream. */
  static CommandRun exportingTo(OutputStream stream, String... arguments) {
    return of((_, err) -> new ExportCommand(stream, err), arguments);
  }

  static CommandRun keys(String... arguments) {
    return of(KeysCommand::new, arguments);
  }

  static CommandRun migrating(String... arguments) {
    return of((_, err) -> new MigrateCommand(err), arguments);
  }

  static CommandRun mail(String... arguments) {
    return of((out, _) -> new MailCommand(out), arguments);
  }

  static CommandRun serviceKey(String... arguments) {
    return of(ServiceKeyCommand::new, arguments);
  }

  static CommandRun validate(String... arguments) {
    return of((_, _) -> new ValidateCommand(Map.of()), arguments);
  }

  private static CommandRun of(CommandFactory command, String... arguments) {
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    Level level = root.getLevel();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Bootstrap<WarmgateConfiguration> bootstrap = new Bootstrap<>(new WarmgateApplication());
    TestedApplication.shareValidation(bootstrap);
    bootstrap.setConfigurationSourceProvider(new FileConfigurationSourceProvider());
    bootstrap.addCommand(
        command.create(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8)));
    try {
      int status =
          new Cli(new JarLocation(CommandRun.class), bootstrap, out, err)
              .run(arguments)
              .map(ExitStatus::of)
              .orElse(0);
      return new CommandRun(status, out.toString(UTF_8), err.toString(UTF_8));
    } finally {
      // A command configures logging for the rest of this process.
      root.setLevel(level);
    }
  }
}
