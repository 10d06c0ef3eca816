package dev.warmgate.loadtest.bench;

import dev.warmgate.loadtest.load.HttpConnection;
import dev.warmgate.loadtest.stack.Ports;
import io.dropwizard.core.Application;
import io.dropwizard.core.Configuration;
import io.dropwizard.core.setup.Environment;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * A service with one resource and no filters, and one handler before Jersey, as lower bounds for
 * the cost of an answer.
 */
public final class Filterless extends Application<Configuration> {
  /** The path that a handler answers, with the bytes given to {@link #start}. */
  static final String PREPARED = "/prepared";

  private static final String BYTES = "filterless.bytes";
  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  /** An answer of the same size as the real one. */
  public record Me(String id, String email, String sessionId, List<String> roles) {}

  /** The only resource. */
  @Path("/me")
  @Produces(MediaType.APPLICATION_JSON)
  public static final class MeResource {
    @GET
    public Me me() {
      return new Me(
          "3f0c7f9e-0000-4000-8000-000000000001",
          "bench-0@example.com",
          "3f0c7f9e-0000-4000-8000-000000000002",
          List.of("user"));
    }
  }

  /** Answers every request for this path with the same bytes. */
  private static final class Prepared extends Handler.Wrapper {
    private final byte[] bytes;

    private Prepared(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
      if (!PREPARED.equals(request.getHttpURI().getPath())) {
        return super.handle(request, response, callback);
      }
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, MediaType.APPLICATION_JSON);
      response.write(true, ByteBuffer.wrap(bytes), callback);
      return true;
    }
  }

  @Override
  public void run(Configuration configuration, Environment environment) {
    environment.jersey().register(new MeResource());
    byte[] bytes = System.getProperty(BYTES, "").getBytes(StandardCharsets.UTF_8);
    environment.getApplicationContext().insertHandler(new Prepared(bytes));
  }

  public static void main(String[] arguments) throws Exception {
    new Filterless().run(arguments);
  }

  /** The running process; closing it stops the process. */
  record Running(Process process, int port) implements AutoCloseable {
    @Override
    public void close() {
      process.destroy();
    }
  }

  static Running start(java.nio.file.Path directory) throws IOException, InterruptedException {
    return start(directory, "");
  }

  /**
   * @param prepared what it answers at {@link #PREPARED}
   */
  static Running start(java.nio.file.Path directory, String prepared)
      throws IOException, InterruptedException {
    int port = Ports.claim();
    java.nio.file.Path yaml = directory.resolve("filterless.yml");
    Files.writeString(
        yaml,
        """
        server:
          type: simple
          maxThreads: 264
          requestLog: {appenders: []}
          gzip: {enabled: false}
          applicationContextPath: /
          adminContextPath: /admin
          connector: {type: http, bindHost: 127.0.0.1, port: %d}
        logging: {level: WARN}
        """
            .formatted(port));
    Process process =
        new ProcessBuilder(
                java.nio.file.Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // The same heap and collector.
                "@" + System.getProperty("warmgate.root") + "/service/config/jvm.options",
                "-cp",
                System.getProperty("java.class.path"),
                "-D" + BYTES + "=" + prepared,
                Filterless.class.getName(),
                "server",
                yaml.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("filterless.log").toFile())
            .start();
    long end = System.nanoTime() + START_LIMIT.toNanos();
    while (process.isAlive() && System.nanoTime() < end) {
      try (HttpConnection connection = new HttpConnection(port)) {
        connection.send(HttpConnection.get("/me", ""));
        return new Running(process, port);
      } catch (IOException notYet) {
        Thread.sleep(100);
      }
    }
    process.destroy();
    throw new IOException("the service without filters did not start");
  }
}
