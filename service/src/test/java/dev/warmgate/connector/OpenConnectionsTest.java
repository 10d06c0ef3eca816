package dev.warmgate.connector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.connector.OpenConnections.Refusal;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.ByteArrayEndPoint;
import org.eclipse.jetty.io.Connection;
import org.junit.jupiter.api.Test;

/** Tests which connection gives way at each limit. */
final class OpenConnectionsTest {
  private static final int MOST = 6;
  private static final int OWN = 3;

  private long now;
  private final Map<Connection, Long> used = new HashMap<>();
  private final OpenConnections<String> connections =
      new OpenConnections<>(MOST, () -> now, connection -> now - used.get(connection));

  /** A connection whose request is being answered, until it waits for the next one. */
  private static final class Busy extends AbstractConnection {
    Busy() {
      super(new ByteArrayEndPoint(), Runnable::run);
      getEndPoint().onOpen();
    }

    @Override
    public void onFillable() {}
  }

  private static Connection waiting() {
    Busy connection = new Busy();
    connection.fillInterested();
    return connection;
  }

  /** Opens a connection whose owner is the first letter of its name. */
  private String enter(String name, Connection connection) {
    OpenConnections.Entry<String> entry =
        connections.enter(name, name.substring(0, 1), OWN, Refusal.ADDRESS);
    used.put(connection, now);
    if (entry.entered()) {
      assertThat(connections.open(name, connection)).isTrue();
    }
    OpenConnections.Displaced<String> displaced = entry.displaced();
    return displaced == null
        ? String.valueOf(entry.refusal())
        : entry.refusal() + " instead of " + displaced.key();
  }

  private String enter(String name) {
    return enter(name, waiting());
  }

  private void enterAll(String... names) {
    for (String name : names) {
      assertThat(enter(name)).as(name).isEqualTo("null");
    }
  }

  @Test
  void refusesWhatAnAddressOpensBeyondItsLimit() {
    enterAll("a1", "a2", "a3");

    assertThat(enter("a4")).isEqualTo("ADDRESS");
    assertThat(enter("b1")).isEqualTo("null");
    assertThat(connections.count()).isEqualTo(4);
  }

  @Test
  void displacesTheOldestOfTheAddressThatWaitsLongEnough() {
    enter("a1", new Busy());
    enterAll("a2", "a3");
    now += TimeUnit.SECONDS.toNanos(1);

    assertThat(enter("a4")).isEqualTo("ADDRESS instead of a2");
    assertThat(enter("a5")).isEqualTo("ADDRESS instead of a3");
    assertThat(enter("a6")).as("all others are new").isEqualTo("ADDRESS");
    assertThat(connections.count()).isEqualTo(OWN);
  }

  @Test
  void keepsWhatIsInUseHoweverOldItIs() {
    Connection inUse = waiting();
    enter("a1", inUse);
    enterAll("a2", "a3");
    now += TimeUnit.SECONDS.toNanos(2);
    used.put(inUse, now);

    assertThat(enter("a4")).isEqualTo("ADDRESS instead of a2");
    assertThat(enter("a5")).isEqualTo("ADDRESS instead of a3");
    assertThat(enter("a6")).isEqualTo("ADDRESS");
  }

  @Test
  void callsTheLimitOfAProxyByItsName() {
    for (String name : new String[] {"p1", "p2", "p3"}) {
      connections.enter(name, "p", OWN, Refusal.PROXY);
    }

    assertThat(connections.enter("p4", "p", OWN, Refusal.PROXY).refusal()).isEqualTo(Refusal.PROXY);
  }

  /** A client whose last connection is closed, but not yet forgotten, may open the next one. */
  @Test
  void doesNotCountAClosedConnectionAgainstTheNextOneOfItsOwner() {
    Connection closed = waiting();
    enterAll("a1", "a2", "b1", "b2", "c1");
    enter("d1", closed);
    assertThat(enter("d2")).isEqualTo("TOTAL");
    closed.getEndPoint().close();

    assertThat(enter("d3")).isEqualTo("TOTAL instead of a1");
  }

  @Test
  void displacesFromTheLargestShareIfAllAreTaken() {
    enterAll("a1", "b1", "b2", "b3", "a2", "c1");

    assertThat(enter("d1")).isEqualTo("TOTAL instead of b1");
    assertThat(enter("d2")).as("its share would be as large as any").isEqualTo("TOTAL");
    assertThat(connections.count()).isEqualTo(MOST);
  }

  @Test
  void refusesIfAllAreBusy() {
    for (String name : new String[] {"a1", "a2", "a3", "b1", "b2", "b3"}) {
      enter(name, new Busy());
    }

    assertThat(enter("c1")).isEqualTo("TOTAL");
  }

  /** The thread that accepts may be faster than those that open. */
  @Test
  void displacesWhatIsNotOpenYet() {
    for (String name : new String[] {"a1", "a2", "a3", "b1", "b2"}) {
      connections.enter(name, name.substring(0, 1), OWN, Refusal.PROXY);
    }
    enterAll("c1");

    assertThat(enter("d1")).isEqualTo("TOTAL instead of a1");
    assertThat(connections.open("a1", waiting())).isFalse();
    assertThat(connections.open("a2", waiting())).isTrue();
  }

  @Test
  void givesPlacesBackOnce() {
    enterAll("a1", "a2", "a3");
    connections.leave("a2");
    connections.leave("a2");
    connections.leave("unknown");

    enterAll("a4");
    assertThat(enter("a5")).isEqualTo("ADDRESS");
    assertThat(connections.count()).isEqualTo(OWN);
  }
}
