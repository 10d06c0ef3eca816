package dev.warmgate.connector;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes connections of clients that send a request byte by byte, or leave it unfinished, to hold a
 * thread or a connection; Jetty's idle timeout restarts with each byte. Never closes the connection
 * of a client that has sent its whole request, however long the answer takes.
 */
final class SlowClients implements Connection.Listener {
  private static final Logger log = LoggerFactory.getLogger(SlowClients.class);

  private final Duration patience;

  /**
   * The state of a connection at the last check.
   *
   * @param answered number of answers sent
   * @param bytes received when the last answer was sent
   * @param sinceNanos when more bytes than that were first found; 0 if there are none
   */
  private record Seen(long answered, long bytes, long sinceNanos) {}

  private final Map<Connection, Seen> connections = new ConcurrentHashMap<>();

  /**
   * @param patience how long a client may take for a request after its first byte
   */
  SlowClients(Duration patience) {
    this.patience = patience;
  }

  @Override
  public void onOpened(Connection connection) {
    // Jetty reports the connection inside the TLS connection, too.
    if (!(connection instanceof SslConnection)) {
      connections.put(connection, new Seen(0, 0, 0));
    }
  }

  @Override
  public void onClosed(Connection connection) {
    connections.remove(connection);
  }

  /** Called about once a second. */
  void close() {
    long now = System.nanoTime();
    connections.forEach((connection, seen) -> {
      Seen next = check(connection, seen, now);
      if (next.sinceNanos() != 0
          // Jetty waits for bytes.
          && connection.getEndPoint().isFillInterested()
          && now - next.sinceNanos() > patience.toNanos()) {
        log.debug("closing a connection with a request that does not end");
        connection.getEndPoint().close();
      } else {
        connections.replace(connection, seen, next);
      }
    });
  }

  private static Seen check(Connection connection, Seen seen, long now) {
    long answered = connection.getMessagesOut();
    long bytes = connection.getBytesIn();
    if (answered != seen.answered()) {
      return new Seen(answered, bytes, 0);
    }
    boolean begun = bytes > seen.bytes();
    return begun && seen.sinceNanos() == 0 ? new Seen(answered, seen.bytes(), now) : seen;
  }
}
