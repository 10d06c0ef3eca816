package dev.warmgate.loadtest.stack;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import redis.embedded.core.ExecutableProvider;

/** Redis without persistence: it loses everything when it stops. */
public final class LocalRedis implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int ATTEMPTS = 200;
  private static final int ATTEMPT_MILLIS = 50;
  private static final String COMMANDS = "total_commands_processed:";

  private final int port;
  private final Process process;

  private LocalRedis(int port, Process process) {
    this.port = port;
    this.process = process;
  }

  static LocalRedis start(StackDirectory directory, Leftovers leftovers)
      throws IOException, InterruptedException {
    Path home = Files.createDirectories(directory.resolve("redis"));
    File executable = ExecutableProvider.newJarResourceProvider(home.toFile()).get();
    int port = Ports.claim();
    Process process =
        new ProcessBuilder(
                executable.getPath(),
                "--port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--dir",
                home.toString(),
                "--save",
                "",
                "--appendonly",
                "no")
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("redis.log").toFile())
            .start();
    leftovers.remember("redis", process.toHandle());
    LocalRedis redis = new LocalRedis(port, process);
    for (int attempt = 0; !redis.answers(); attempt++) {
      if (attempt == ATTEMPTS || !process.isAlive()) {
        redis.close();
        throw new StackFailure("Redis did not start; see " + directory.resolve("redis.log"));
      }
      Thread.sleep(ATTEMPT_MILLIS);
    }
    return redis;
  }

  public String url() {
    return "redis://127.0.0.1:" + port;
  }

  public int port() {
    return port;
  }

  public ProcessHandle handle() {
    return process.toHandle();
  }

  /** Returns how many commands it has processed. */
  public long commands() throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), ATTEMPT_MILLIS);
      socket.setSoTimeout((int) PATIENCE.toMillis());
      socket.getOutputStream().write("INFO stats\r\nQUIT\r\n".getBytes(StandardCharsets.UTF_8));
      String info = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return info.lines()
          .filter(line -> line.startsWith(COMMANDS))
          .mapToLong(line -> Long.parseLong(line.substring(COMMANDS.length())))
          .findFirst()
          .orElseThrow(() -> new IOException("Redis does not count its commands"));
    }
  }

  @Override
  public void close() {
    Processes.stop(process.toHandle(), PATIENCE);
  }

  private boolean answers() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), ATTEMPT_MILLIS);
      socket.setSoTimeout((int) PATIENCE.toMillis());
      OutputStream out = socket.getOutputStream();
      out.write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      return in.read() == '+';
    } catch (IOException e) {
      return false;
    }
  }
}
