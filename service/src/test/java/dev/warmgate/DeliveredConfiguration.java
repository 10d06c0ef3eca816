package dev.warmgate;

import static org.assertj.core.api.Assertions.assertThat;

import io.dropwizard.configuration.ConfigurationFactory;
import io.dropwizard.configuration.DefaultConfigurationFactoryFactory;
import io.dropwizard.configuration.FileConfigurationSourceProvider;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.jersey.validation.Validators;
import io.dropwizard.util.JarLocation;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import net.sourceforge.argparse4j.inf.Namespace;

/** The delivered configuration file with environment variables that a test can change. */
final class DeliveredConfiguration {
  private static final ConfigurationFactory<WarmgateConfiguration> FACTORY =
      new DefaultConfigurationFactoryFactory<WarmgateConfiguration>()
          .create(
              WarmgateConfiguration.class,
              Validators.newValidator(),
              StrictJson.mapper(),
              "no-overrides");

  private static final String FILE = "config/warmgate.yml";

  static final String KEY = "mZujTQhHGt1xC0LLocORB1IeaBr0AkBp0v3lO5KjqQs=";
  static final String OTHER_KEY = "JC3WwlibWzEVtOsNPk/MrX/5WtMyCt2pELovv6mfCrg=";

  final Map<String, String> environment =
      new HashMap<>(
          Map.of(
              "DATABASE_URL", "postgres://user:hunter2@db/auth",
              "REDIS_URL", "redis://:hunter2@redis:6379",
              "WARMGATE_ISSUER", "https://auth.example.com",
              "WARMGATE_KEY_ENCRYPTION_KEYS", "k1:" + KEY,
              "WARMGATE_REFRESH_KEYS", "k1:" + OTHER_KEY));

  String added = "";

  /** The section of the file that {@link #added} replaces. */
  String replaced = "none";

  WarmgateConfiguration read() throws Exception {
    return FACTORY.build(variables(), FILE);
  }

  /** Returns the file with the values of the environment. */
  String substituted() throws Exception {
    return new String(variables().open(FILE).readAllBytes(), StandardCharsets.UTF_8);
  }

  private ConfigurationVariables variables() {
    return new ConfigurationVariables(
        path ->
            new ByteArrayInputStream(
                (delivered(path) + "\n" + added).getBytes(StandardCharsets.UTF_8)),
        environment::get);
  }

  private String delivered(String path) throws java.io.IOException {
    try (var file = new FileConfigurationSourceProvider().open(path)) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8)
          .replaceFirst("(?ms)^" + replaced + ":\\n.*?(?=^\\w)", "");
    }
  }

  /** Returns the line that the operator sees when the service refuses to start. */
  String refusal() {
    try {
      read();
    } catch (Exception refused) {
      ByteArrayOutputStream shown = new ByteArrayOutputStream();
      WarmgateApplication application = new WarmgateApplication();
      Cli cli =
          new Cli(
              new JarLocation(DeliveredConfiguration.class),
              new Bootstrap<>(application),
              shown,
              shown);
      new ServeCommand(application).onError(cli, new Namespace(Map.of()), refused);
      String message = shown.toString(StandardCharsets.UTF_8);
      assertThat(message.strip().lines()).hasSize(1);
      assertThat(message)
          .doesNotContain("hunter2")
          .doesNotContain("aHVudGVyMg")
          .doesNotContain(KEY)
          .doesNotContain(OTHER_KEY);
      return message;
    }
    throw new AssertionError("the configuration was accepted");
  }
}
