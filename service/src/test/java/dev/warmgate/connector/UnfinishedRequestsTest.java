package dev.warmgate.connector;

import static org.assertj.core.api.Assertions.assertThat;

import io.dropwizard.util.Duration;
import io.opentelemetry.api.OpenTelemetry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Tests which requests are refused at each bound. */
final class UnfinishedRequestsTest {
  private static final int MOST = 4;
  private static final int SIZE = ClientsConfiguration.MAX_BODY_BYTES;
  private static final UnfinishedRequests.Share ONE =
      new UnfinishedRequests.Share("one", 2, 3 * SIZE, BodyRefusal.ADDRESS);
  private static final UnfinishedRequests.Share PROXY =
      new UnfinishedRequests.Share("proxy", 3, 3 * SIZE, BodyRefusal.FULL);

  private long now;
  private final List<String> refused = new ArrayList<>();
  private UnfinishedRequests bodies = bodies(MOST);

  private UnfinishedRequests bodies(int most) {
    return new UnfinishedRequests(
        new ClientsConfiguration(Duration.seconds(10), most, 1, 1),
        OpenTelemetry.noop(),
        () -> now);
  }

  private UnfinishedRequests.Place enter(String name, UnfinishedRequests.Share... shares) {
    UnfinishedRequests.Place place =
        bodies.enter(List.of(shares), refusal -> refused.add(name + " " + refusal));
    bodies.sendRefusals();
    return place;
  }

  private static UnfinishedRequests.Share other(int number) {
    return new UnfinishedRequests.Share("other " + number, 2, 3 * SIZE, BodyRefusal.ADDRESS);
  }

  @Test
  void refusesTheOldestOfAnAddressWithTooMany() {
    enter("other", other(1));
    enter("first", ONE);
    enter("second", ONE);
    assertThat(refused).isEmpty();
    enter("third", ONE);

    assertThat(refused).containsExactly("first ADDRESS");
    assertThat(bodies.read().count()).isEqualTo(3);
  }

  @Test
  void refusesTheOldestOfAllIfThereAreTooMany() {
    enter("first", ONE);
    for (int i = 0; i < MOST; i++) {
      enter("other", other(i));
    }

    assertThat(refused).containsExactly("first FULL");
    assertThat(bodies.read().count()).isEqualTo(MOST);
  }

  @Test
  void countsWhatComesThroughAProxyAgainstItAndItsClient() {
    enter("first", PROXY, ONE);
    enter("second", PROXY, ONE);
    enter("third", PROXY, ONE);
    assertThat(refused).containsExactly("first ADDRESS");
    enter("fourth", PROXY, other(1));
    enter("fifth", PROXY, other(2));

    assertThat(refused).containsExactly("first ADDRESS", "second FULL");
  }

  @Test
  void givesPlacesBack() {
    UnfinishedRequests.Place first = enter("first", ONE);
    bodies.resize(first, SIZE);
    enter("second", ONE);
    assertThat(bodies.leave(first)).isTrue();
    assertThat(bodies.leave(first)).isFalse();
    enter("third", ONE);

    assertThat(refused).isEmpty();
    assertThat(bodies.read()).isEqualTo(new UnfinishedRequests.Reading(2, 0));
  }

  @Test
  void holdsAtMost16MiB() {
    int fitting = ClientsConfiguration.MAX_BYTES_HELD / SIZE;
    bodies = bodies(2 * fitting);
    UnfinishedRequests.Place first = enter("first");
    assertThat(bodies.resize(first, 1)).isTrue();
    for (int i = 1; i < fitting; i++) {
      assertThat(bodies.resize(enter("place " + i), SIZE)).isTrue();
    }
    assertThat(bodies.resize(first, SIZE)).isTrue();
    assertThat(bodies.resize(enter("last"), 1)).isTrue();
    bodies.sendRefusals();

    assertThat(refused).containsExactly("first FULL");
    assertThat(bodies.read().bytes()).isLessThanOrEqualTo(ClientsConfiguration.MAX_BYTES_HELD);
    assertThat(bodies.resize(first, SIZE)).as("it has been refused").isFalse();
  }

  @Test
  void refusesTheOldestOfAnAddressThatHoldsTooMuch() {
    UnfinishedRequests.Share many =
        new UnfinishedRequests.Share("many", 9, 3 * SIZE, BodyRefusal.ADDRESS);
    bodies = bodies(2 * MOST);
    bodies.resize(enter("other", other(1)), SIZE);
    UnfinishedRequests.Place first = enter("first", many);
    bodies.resize(first, SIZE / 2);
    for (int i = 2; i <= 4; i++) {
      assertThat(bodies.resize(enter("number " + i, many), SIZE)).isTrue();
    }
    bodies.sendRefusals();
    assertThat(refused).containsExactly("first ADDRESS");

    assertThat(bodies.resize(enter("larger than all it may hold", many), 4 * SIZE)).isTrue();
    bodies.sendRefusals();
    assertThat(refused)
        .containsExactly(
            "first ADDRESS", "number 2 ADDRESS", "number 3 ADDRESS", "number 4 ADDRESS");
    assertThat(bodies.read()).isEqualTo(new UnfinishedRequests.Reading(2, 5 * SIZE));
  }

  /** The oldest of the proxy may be the only one of its client. */
  @Test
  void refusesTheOldestOfAProxyThatHoldsTooMuch() {
    UnfinishedRequests.Place first = enter("first", PROXY, ONE);
    bodies.resize(first, SIZE);
    bodies.resize(enter("second", PROXY, other(1)), SIZE);

    assertThat(bodies.resize(first, 3 * SIZE)).isFalse();
    bodies.sendRefusals();
    assertThat(refused).containsExactly("first FULL");
    assertThat(bodies.read()).isEqualTo(new UnfinishedRequests.Reading(1, SIZE));
  }

  @Test
  void refusesWhatHasWaitedTooLong() {
    enter("stalled", other(1));
    UnfinishedRequests.Place complete = enter("waits for a thread", other(2));
    bodies.complete(complete);
    now += TimeUnit.SECONDS.toNanos(5);
    enter("newer", other(3));
    now += TimeUnit.SECONDS.toNanos(5) + 1;
    bodies.expire();

    assertThat(refused).containsExactly("stalled TIMEOUT", "waits for a thread FULL");
    assertThat(bodies.read().count()).isEqualTo(1);
  }

  @Test
  void refusesOnlyOnce() {
    UnfinishedRequests.Place place = enter("broken", ONE);
    bodies.refuse(place, BodyRefusal.BROKEN);
    bodies.refuse(place, BodyRefusal.BROKEN);
    now += TimeUnit.SECONDS.toNanos(11);
    bodies.expire();

    assertThat(refused).containsExactly("broken BROKEN");
    assertThat(bodies.leave(place)).isFalse();
  }
}
