package dev.warmgate.loadtest.production;

import dev.warmgate.loadtest.stack.Ports;
import dev.warmgate.loadtest.stack.Processes;
import dev.warmgate.loadtest.testkit.TestStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A server of Debian's Redis, or a Sentinel, that keeps nothing on disk. {@link #close} stops it
 * and deletes its directory.
 */
final class DebianRedis implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final Path home;
  private final int port;
  private final List<String> connection;
  private final Process process;

  private DebianRedis(String program, int port, List<String> connection, List<String> settings)
      throws IOException, InterruptedException {
    this.port = port;
    this.connection = connection;
    home = Debian.directory("redis");
    List<String> lines =
        new ArrayList<>(List.of("bind 127.0.0.1", "dir " + home, "protected-mode no"));
    lines.addAll(settings);
    Path configuration = home.resolve("redis.conf");
    Files.write(configuration, lines);
    Debian.give(home);
    process =
        Debian.start(
            Debian.command(Debian.program(program), List.of(configuration.toString())),
            Map.of(),
            home.resolve("log"));
    TestStack.await(LIMIT, this::answers);
  }

  /** Starts a server with more lines of configuration. */
  static DebianRedis server(String... settings) throws IOException, InterruptedException {
    int port = Ports.claim();
    List<String> lines =
        new ArrayList<>(
            List.of("port " + port, "save \"\"", "appendonly no", "repl-diskless-sync-delay 0"));
    lines.addAll(List.of(settings));
    return new DebianRedis("redis-server", port, List.of(), lines);
  }

  /** Starts a server that speaks TLS only. */
  static DebianRedis overTls(OwnAuthority authority, String... settings)
      throws IOException, InterruptedException {
    int port = Ports.claim();
    List<String> lines =
        new ArrayList<>(
            List.of(
                "port 0",
                "tls-port " + port,
                "tls-cert-file " + authority.certificate(),
                "tls-key-file " + authority.key(),
                "tls-ca-cert-file " + authority.ca(),
                "tls-auth-clients no",
                "save \"\""));
    lines.addAll(List.of(settings));
    return new DebianRedis(
        "redis-server", port, List.of("--tls", "--cacert", authority.ca()), lines);
  }

  /** Starts a Sentinel that watches the server at that port as {@code main}. */
  static DebianRedis sentinel(int port) throws IOException, InterruptedException {
    int sentinel = Ports.claim();
    return new DebianRedis(
        "redis-sentinel",
        sentinel,
        List.of(),
        List.of(
            "port " + sentinel,
            "sentinel monitor main 127.0.0.1 " + port + " 2",
            "sentinel down-after-milliseconds main 1000",
            "sentinel failover-timeout main 5000"));
  }

  String host() {
    return "127.0.0.1:" + port;
  }

  int port() {
    return port;
  }

  /** Runs a command and returns its reply, a line for each element. */
  String command(String... words) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(Debian.program("redis-cli").toString(), "-p", Integer.toString(port)));
    command.addAll(connection);
    command.addAll(List.of(words));
    return Debian.run(command);
  }

  private boolean answers() {
    try {
      String reply = command("PING");
      return reply.equals("PONG") || reply.startsWith("NOAUTH");
    } catch (IOException starting) {
      return false;
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stopped);
    }
  }

  /** Kills it as a crash would. */
  void kill() {
    process.destroyForcibly();
    Processes.ended(process.toHandle(), LIMIT);
  }

  /** Stops it where it is, as a machine that hangs: its connections stay open. */
  void freeze() throws IOException, InterruptedException {
    Debian.signal("STOP", List.of(process.toHandle()));
  }

  void resume() throws IOException, InterruptedException {
    Debian.signal("CONT", List.of(process.toHandle()));
  }

  @Override
  public void close() throws IOException {
    kill();
    Debian.delete(home);
  }
}
