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
 * PgBouncer in transaction mode before the tests' PostgreSQL, if {@code -Dtests.pooler} names a
 * mode of {@code database.pooler}: then every service reaches its database through it. It is
 * Debian's, or that of the root that {@code -Dtests.pooler.root} names.
 */
final class PgBouncer {
  private static final String MODE = System.getProperty("tests.pooler", "none");
  private static final String ROOT = System.getProperty("tests.pooler.root", "");
  private static final Duration STARTS = Duration.ofSeconds(20);

  private PgBouncer() {}

  static boolean isWanted() {
    return !MODE.equals("none");
  }

  /** How services use it. */
  static String mode() {
    return MODE;
  }

  /** Starts it for these roles, and stops it with this process; returns its port. */
  static int start(int postgresPort, String... roles) {
    int port = Dependencies.freePort();
    try {
      Path home =
          Files.createTempDirectory(
              Path.of(ROOT.isEmpty() ? System.getProperty("java.io.tmpdir") : ROOT + "/tmp"),
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
              "auth_file = " + seen(home.resolve("users")),
              "pool_mode = transaction",
              "default_pool_size = 5",
              "server_idle_timeout = 5",
              MODE.equals("prepared") ? "max_prepared_statements = 100" : "",
              "max_client_conn = 1000"));
      List<String> command = new ArrayList<>();
      if (!ROOT.isEmpty()) {
        command.addAll(List.of("chroot", "--userspec=nobody:nogroup", ROOT));
      } else if ("root".equals(System.getProperty("user.name"))) {
        command.addAll(
            List.of("setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups", "--"));
      }
      command.addAll(List.of("/usr/sbin/pgbouncer", seen(configuration)));
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

  /** Returns a path as the process in the root has it. */
  private static String seen(Path file) {
    return file.toString().substring(ROOT.length());
  }

  private static boolean answers(int port) {
    try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return true;
    } catch (IOException starting) {
      return false;
    }
  }
}
