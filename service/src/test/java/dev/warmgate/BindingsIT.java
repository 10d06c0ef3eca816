package dev.warmgate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.LocalVariables;
import io.dropwizard.configuration.FileConfigurationSourceProvider;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.util.JarLocation;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Checks that a service that cannot listen stops with one line that names the variable. */
final class BindingsIT {
  private final Map<String, String> environment = LocalVariables.withoutDatabase();

  @BeforeEach
  void stopAtOnce() {
    environment.put("SHUTDOWN_WAIT", "0s");
  }

  @Test
  void namesThePortThatIsInUse() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      for (String variable : new String[] {"PORT", "ADMIN_PORT"}) {
        String free = environment.put(variable, Integer.toString(taken.getLocalPort()));
        assertThat(start())
            .contains("127.0.0.1:" + taken.getLocalPort() + ": Address already in use")
            .endsWith("(from " + variable + ")");
        environment.put(variable, free);
      }
    }
  }

  @Test
  void namesTheHostThatIsNotOfThisMachine() {
    for (String host : new String[] {"203.0.113.9", "off", "no-such-host.invalid"}) {
      environment.put("ADMIN_BIND_HOST", host);
      assertThat(start()).contains(host + ":").endsWith("(from ADMIN_BIND_HOST)");
    }
  }

  /** Returns the last line that a start writes, which is the only one on standard error. */
  private String start() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    WarmgateApplication application = new WarmgateApplication();
    Bootstrap<WarmgateConfiguration> bootstrap = new Bootstrap<>(application);
    application.initialize(bootstrap);
    bootstrap.setConfigurationSourceProvider(
        new ConfigurationVariables(new FileConfigurationSourceProvider(), environment::get));
    bootstrap.addCommand(new ServeCommand(application));
    var failed =
        new Cli(new JarLocation(BindingsIT.class), bootstrap, out, out)
            .run("server", "config/warmgate.yml");
    assertThat(failed).isPresent();
    String line = out.toString(UTF_8).strip();
    assertThat(line.lines()).as(line).hasSize(1);
    return line;
  }
}
