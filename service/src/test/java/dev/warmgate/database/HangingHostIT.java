package dev.warmgate.database;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import dev.warmgate.testkit.Dependencies;
import dev.warmgate.testkit.Eventually;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A host that accepts connections and then says nothing does not keep a pool from the next one. */
@Tag("full")
final class HangingHostIT {
  private static final Duration SOON = Duration.ofSeconds(60);

  @Test
  void isGivenUpForTheNextOneWithinOneAttempt() throws Exception {
    try (ServerSocket hanging = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      String url =
          Dependencies.newDatabaseUrl()
              // By a name of its own: the driver skips a host that failed some test just before.
              .replace("@127.0.0.1:", "@127.0.0.1:" + hanging.getLocalPort() + ",localhost:")
              // The other host, too, has that long to answer, also on a busy machine.
              .concat("?target_session_attrs=primary&connect_timeout=10");
      DatabaseConfiguration configuration = DatabaseConfiguration.defaults(DatabaseUrl.parse(url));
      WarmConnections connections = WarmConnectionsIT.forRequests(configuration, 1);
      try (ConnectionPool pool =
          new ConnectionPool("requests", connections, 1, configuration, new MetricRegistry())) {
        Eventually.within(SOON, () -> opens(pool, connections));
      } finally {
        connections.close();
      }
    }
  }

  private static boolean opens(ConnectionPool pool, WarmConnections connections) {
    try (Connection _ = pool.getConnection()) {
      return true;
    } catch (SQLException notYet) {
      assertThat((Throwable) connections.failure()).as("of the first attempt").isNull();
      return false;
    }
  }
}
