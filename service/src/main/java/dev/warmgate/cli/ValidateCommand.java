package dev.warmgate.cli;

import dev.warmgate.cli.validate.Validate;
import dev.warmgate.secret.SecretFile;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.Command;
import io.dropwizard.core.setup.Bootstrap;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import net.sourceforge.argparse4j.impl.Arguments;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;
import org.jspecify.annotations.Nullable;

/**
 * {@code validate}: checks a running Warmgate; every outcome, failures included, is a line and an
 * exit status.
 */
public final class ValidateCommand extends Command {
  private final Map<String, String> environment;

  public ValidateCommand(Map<String, String> environment) {
    super("validate", "Checks a running Warmgate, local or deployed, by its answers");
    this.environment = environment;
  }

  @Override
  public void configure(Subparser parser) {
    parser
        .addArgument("--url")
        .required(true)
        .help("its base URL: https://host or https://host/base");
    parser
        .addArgument("--service-key-file")
        .dest("service_key_file")
        .metavar("FILE")
        .help("with the key for the database figures (default: $WARMGATE_SERVICE_KEY)");
    // Removed, and declared so that it is not taken for an abbreviation.
    parser.addArgument("--service-key").dest("service_key").help(Arguments.SUPPRESS);
    parser
        .addArgument("--no-login")
        .dest("no_login")
        .action(Arguments.storeTrue())
        .help("create no account and skip the logins");
    parser.addArgument("--json").action(Arguments.storeTrue()).help("print JSON, not a table");
    parser.addArgument("--junit").metavar("FILE").help("also write a JUnit XML report");
    parser
        .addArgument("--timeout")
        .metavar("SECONDS")
        .type(Integer.class)
        .choices(Arguments.range(1, 300))
        .setDefault(10)
        .help("time limit for each answer (default: 10)");
    parser.epilog(
        "Exit status: 0 all passed, 1 something failed, 2 unreachable or not Warmgate, 64 usage.");
  }

  @Override
  public void run(@Nullable Bootstrap<?> bootstrap, Namespace arguments) throws ExitStatus {
    Validate.Options options =
        new Validate.Options(
            url(arguments.getString("url")),
            serviceKey(arguments),
            !arguments.getBoolean("no_login"),
            arguments.getBoolean("json"),
            Optional.ofNullable(arguments.getString("junit")).map(Path::of),
            Duration.ofSeconds(arguments.getInt("timeout")));
    Validate validate =
        new Validate(
            new PrintWriter(System.out, true, StandardCharsets.UTF_8),
            new PrintWriter(System.err, true, StandardCharsets.UTF_8),
            Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent());
    int status;
    try {
      status = validate.run(options);
    } catch (IOException unwritable) {
      throw ExitStatus.failed("cannot write " + options.junit().map(Path::toString).orElse(""));
    }
    if (status != 0) {
      throw new ExitStatus(status);
    }
  }

  @Override
  public void onError(Cli cli, Namespace arguments, Throwable failed) {
    String message = String.valueOf(failed.getMessage());
    if (!message.isEmpty()) {
      cli.getStdErr().println("warmgate validate: " + message);
    }
  }

  private static URI url(String given) throws ExitStatus {
    String text = given.strip().replaceAll("/+$", "");
    URI url;
    try {
      url = URI.create(text);
    } catch (IllegalArgumentException malformed) {
      throw ExitStatus.usage("--url is not a URL");
    }
    boolean web = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
    if (!web || url.getHost() == null) {
      throw ExitStatus.usage("--url must be http://host or https://host, with a base path at most");
    }
    if (url.getRawUserInfo() != null || url.getRawQuery() != null || url.getRawFragment() != null) {
      throw ExitStatus.usage("--url must not contain a user, a query or a fragment");
    }
    return url;
  }

  private String serviceKey(Namespace arguments) throws ExitStatus {
    if (arguments.getString("service_key") != null) {
      throw ExitStatus.usage(
          "--service-key was removed, since every user of the machine can read arguments: use"
              + " --service-key-file FILE or the environment variable WARMGATE_SERVICE_KEY");
    }
    String key = environment.getOrDefault("WARMGATE_SERVICE_KEY", "");
    String file = arguments.getString("service_key_file");
    try {
      key = file == null ? key : SecretFile.read(file);
    } catch (IllegalArgumentException unusable) {
      throw ExitStatus.usage("--service-key-file " + unusable.getMessage());
    }
    if (!key.strip().matches("[\\x21-\\x7e]*")) {
      throw ExitStatus.usage("the service key contains characters that no key has");
    }
    return key.strip();
  }
}
