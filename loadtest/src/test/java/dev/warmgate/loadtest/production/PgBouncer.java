package dev.warmgate.loadtest.production;

import dev.warmgate.loadtest.stack.Ports;
import dev.warmgate.loadtest.stack.Processes;
import dev.warmgate.loadtest.testkit.TestStack;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * PgBouncer in transaction mode, with fewer connections to PostgreSQL than the service has to it:
 * Debian's, or that of a newer Debian in a root of its own.
 */
final class PgBouncer implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int CONNECTIONS = 4;
  private static final Path NEWER = Path.of("target", "trixie").toAbsolutePath();

  private final Path home;
  private final int port = Ports.claim();
  private final Process process;

  private PgBouncer(Path root, Path home, DebianPostgres server, List<String> settings)
      throws IOException, InterruptedException {
    this.home = home;
    String inRoot = root == null ? home.toString() : "/pooler";
    Files.writeString(
        home.resolve("users"),
        "\"%s\" \"%s\"\n"
            .formatted(DebianPostgres.ROLE, DebianPostgres.PASSWORD.replace("\"", "\"\"")));
    List<String> lines =
        new ArrayList<>(
            List.of(
                "[databases]",
                "* = host=127.0.0.1 port=" + server.port(),
                "[pgbouncer]",
                "listen_addr = 127.0.0.1",
                "listen_port = " + port,
                "unix_socket_dir =",
                "auth_type = scram-sha-256",
                "auth_file = " + inRoot + "/users",
                "pool_mode = transaction",
                "default_pool_size = " + CONNECTIONS,
                "max_client_conn = 100"));
    lines.addAll(settings);
    Files.write(home.resolve("pgbouncer.ini"), lines);
    Debian.give(home);
    List<String> command =
        root == null
            ? Debian.command(Debian.program("pgbouncer"), List.of(inRoot + "/pgbouncer.ini"))
            : List.of(
                "chroot",
                "--userspec=postgres",
                root.toString(),
                "/usr/sbin/pgbouncer",
                inRoot + "/pgbouncer.ini");
    process = Debian.start(command, Map.of(), home.resolve("log"));
    TestStack.await(LIMIT, this::answers);
  }

  /** Starts Debian's. */
  static PgBouncer of(DebianPostgres server, String... settings)
      throws IOException, InterruptedException {
    return new PgBouncer(null, Debian.directory("pgbouncer"), server, List.of(settings));
  }

  /** Starts that of Debian 13, which debootstrap installs at the first call. */
  static PgBouncer newer(DebianPostgres server, String... settings)
      throws IOException, InterruptedException {
    if (!Files.isExecutable(NEWER.resolve("usr/sbin/pgbouncer"))) {
      Path installer = Debian.program("debootstrap");
      // Otherwise it has the disk write each file at once, and PostgreSQL's commits of other tests
      // wait.
      Path ofDpkg = Files.createDirectories(NEWER.resolve("etc/dpkg/dpkg.cfg.d"));
      Files.writeString(ofDpkg.resolve("no-sync"), "force-unsafe-io\n");
      Debian.run(
          List.of(
              installer.toString(),
              "--variant=minbase",
              "--include=pgbouncer",
              "trixie",
              NEWER.toString()));
    }
    Path home = NEWER.resolve("pooler");
    Files.createDirectories(home);
    Debian.run(List.of("chroot", NEWER.toString(), "chown", "-R", "postgres", "/pooler"));
    return new PgBouncer(NEWER, home, server, List.of(settings));
  }

  String host() {
    return "127.0.0.1:" + port;
  }

  String log() throws IOException {
    return Files.readString(home.resolve("log"));
  }

  private boolean answers() {
    try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return true;
    } catch (IOException starting) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    process.destroy();
    if (!Processes.ended(process.toHandle(), LIMIT)) {
      process.destroyForcibly();
    }
    Debian.delete(home);
  }
}
