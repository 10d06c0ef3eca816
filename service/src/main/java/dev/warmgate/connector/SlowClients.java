package dev.warmgate.connector;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes the connections of clients that send a request byte by byte, or leave it unfinished, to
 * hold a thread or a connection: Jetty's idle timeout begins anew with each byte. Whoever has sent
 * all of it is not slow, however long the answer takes.
 */
public final class SlowClients implements Connection.Listener {
  private static final Logger log = LoggerFactory.getLogger(SlowClients.class);
  private static final int PATIENCE_SECONDS = 10;

  /**
   * What was known of a connection when it was last looked at.
   *
   * @param answered how many answers it has had
   * @param bytes what it had sent when it got the last one
   * @param sinceNanos when more than that was first seen; 0 if there is no more
   */
  private record Seen(long answered, long bytes, long sinceNanos) {}

  private final Map<Connection, Seen> connections = new ConcurrentHashMap<>();

  @Override
  public void onOpened(Connection connection) {
    // The connection inside of it is told of, too.
    if (!(connection instanceof SslConnection)) {
      connections.put(connection, new Seen(0, 0, 0));
    }
  }

  @Override
  public void onClosed(Connection connection) {
    connections.remove(connection);
  }

  /** To be called about once a second. */
  void close() {
    long now = System.nanoTime();
    connections.forEach((connection, seen) -> {
      Seen next = look(connection, seen, now);
      if (next.sinceNanos() != 0
          // Bytes are waited for.
          && connection.getEndPoint().isFillInterested()
          && now - next.sinceNanos() > Duration.ofSeconds(PATIENCE_SECONDS).toNanos()) {
        log.debug("closing a connection with a request that does not end");
        connection.getEndPoint().close();
      } else {
        connections.replace(connection, seen, next);
      }
    });
  }

  private static Seen look(Connection connection, Seen seen, long now) {
    long answered = connection.getMessagesOut();
    long bytes = connection.getBytesIn();
    if (answered != seen.answered()) {
      return new Seen(answered, bytes, 0);
    }
    boolean begun = bytes > seen.bytes();
    return begun && seen.sinceNanos() == 0 ? new Seen(answered, seen.bytes(), now) : seen;
  }
}
