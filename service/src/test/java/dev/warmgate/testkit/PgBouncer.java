package dev.warmgate.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Debian's PgBouncer in transaction mode before the tests' PostgreSQL, if {@code -Dtests.pooler}
 * asks for it: then every service reaches its database through it.
 */
final class PgBouncer {
  private static final boolean WANTED = Boolean.getBoolean("tests.pooler");
  private static final Duration STARTS = Duration.ofSeconds(20);

  private PgBouncer() {}

  static boolean isWanted() {
    return WANTED;
  }

  /** Starts it for these roles, and stops it with this process; returns its port. */
  static int start(int postgresPort, String... roles) {
    int port = Dependencies.freePort();
    try {
      Path home =
          Files.createTempDirectory(
              "warmgate-pgbouncer",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
      List<String> users = new ArrayList<>();
      for (String role : roles) {
        users.add("\"" + role + "\" \"" + role + "\"");
      }
      Path configuration = home.resolve("pgbouncer.ini");
      Files.write(home.resolve("users"), users);
      Files.write(
          configuration,
          List.of(
              "[databases]",
              "* = host=127.0.0.1 port=" + postgresPort,
              "[pgbouncer]",
              "listen_addr = 127.0.0.1",
              "listen_port = " + port,
              "unix_socket_dir =",
              "auth_type = trust",
              "auth_file = " + home.resolve("users"),
              "pool_mode = transaction",
              "default_pool_size = 5",
              "server_idle_timeout = 5",
              "max_client_conn = 1000",
              "ignore_startup_parameters = extra_float_digits"));
      List<String> command = new ArrayList<>();
      if ("root".equals(System.getProperty("user.name"))) {
        command.addAll(
            List.of("setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups", "--"));
      }
      command.addAll(List.of("pgbouncer", configuration.toString()));
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(home.resolve("log").toFile())
              .start();
      Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
      Eventually.within(STARTS, () -> answers(port));
      return port;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (Exception failed) {
      throw new IllegalStateException(failed);
    }
  }

  private static boolean answers(int port) {
    try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return true;
    } catch (IOException starting) {
      return false;
    }
  }
}
