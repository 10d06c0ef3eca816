package dev.warmgate.connector;

import dev.warmgate.logging.RootCause;
import dev.warmgate.telemetry.Telemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SequencedSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The requests that wait for their clients: their bodies have not arrived, or their answers have
 * not been read completely. Bounds their number, in all and per address, their time and their
 * memory. At a bound the one that has waited longest is refused for the newest: a client that keeps
 * sending is done before its turn comes, so an attacker must open all places anew within that time
 * to shut it out.
 */
final class UnfinishedRequests {
  private static final Logger log = LoggerFactory.getLogger(UnfinishedRequests.class);

  private final int most;
  private final long patienceNanos;
  private final LongSupplier nanoTime;
  private final LongCounter refused;

  private final ReentrantLock lock = new ReentrantLock();
  private final SequencedSet<Place> places = new LinkedHashSet<>();
  private final Map<String, Owned> byOwner = new HashMap<>();
  private long bytes;

  /** Decided under the lock and sent without it, because answering takes the locks of requests. */
  private final Queue<Runnable> refusals = new ConcurrentLinkedQueue<>();

  UnfinishedRequests(ClientsConfiguration clients, OpenTelemetry telemetry) {
    this(clients, telemetry, System::nanoTime);
  }

  UnfinishedRequests(ClientsConfiguration clients, OpenTelemetry telemetry, LongSupplier nanoTime) {
    this.most = clients.unfinished();
    this.patienceNanos = clients.patience().toNanoseconds();
    this.nanoTime = nanoTime;
    Meter meter = telemetry.getMeter(Telemetry.SCOPE);
    this.refused = meter.counterBuilder(Telemetry.UNFINISHED_REFUSED).build();
    for (BodyRefusal refusal : BodyRefusal.values()) {
      // Creates the series at zero, so that the first refusal shows up as an increase.
      refused.add(0, refusal.attributes());
    }
    meter
        .gaugeBuilder(Telemetry.UNFINISHED_REQUESTS)
        .ofLongs()
        .buildWithCallback(gauge -> gauge.record(read().count()));
    meter
        .gaugeBuilder(Telemetry.UNFINISHED_HELD)
        .ofLongs()
        .buildWithCallback(gauge -> gauge.record(read().bytes()));
  }

  /**
   * What one address may take of the places and of the memory.
   *
   * @param refusal for the one that has waited longest, if it takes more
   */
  record Share(String owner, int most, int mostBytes, BodyRefusal refusal) {}

  /** What one address takes. */
  private static final class Owned {
    private final SequencedSet<Place> places = new LinkedHashSet<>();
    private long bytes;

    /** The last one stays, since a single body or answer may always be held. */
    private boolean exceeds(Share share) {
      return places.size() > share.most() || (bytes > share.mostBytes() && places.size() > 1);
    }
  }

  /** One request's place. */
  static final class Place {
    private final List<Share> shares;
    private final Consumer<BodyRefusal> whenRefused;
    private final long since;
    private int size;
    private boolean complete;

    private Place(List<Share> shares, Consumer<BodyRefusal> whenRefused, long since) {
      this.shares = shares;
      this.whenRefused = whenRefused;
      this.since = since;
    }
  }

  /** What is held at the moment. */
  record Reading(int count, long bytes) {}

  Reading read() {
    return locked(() -> new Reading(places.size(), bytes));
  }

  Place enter(List<Share> shares, Consumer<BodyRefusal> whenRefused) {
    Place entered = new Place(shares, whenRefused, nanoTime.getAsLong());
    return locked(() -> {
      places.add(entered);
      for (Share share : shares) {
        byOwner.computeIfAbsent(share.owner(), _ -> new Owned()).places.add(entered);
        endExcess(share);
      }
      if (places.size() > most) {
        end(places.getFirst(), BodyRefusal.FULL);
      }
      return entered;
    });
  }

  /** Counts the memory of a body; returns whether its request has not been refused. */
  boolean resize(Place place, int size) {
    return locked(() -> {
      if (places.contains(place)) {
        grow(place, size - place.size);
        place.shares.forEach(this::endExcess);
      }
      while (bytes > ClientsConfiguration.MAX_BYTES_HELD) {
        end(places.getFirst(), BodyRefusal.FULL);
      }
      return places.contains(place);
    });
  }

  /** Notes that the body has arrived and its request waits for a thread. */
  void complete(Place place) {
    locked(() -> place.complete = true);
  }

  /** Gives the place back; returns whether the request has not been refused. */
  boolean leave(Place place) {
    return locked(() -> remove(place));
  }

  void refuse(Place place, BodyRefusal refusal) {
    locked(() -> end(place, refusal));
  }

  /** Refuses what has waited too long. Called about once a second. */
  void expire() {
    long now = nanoTime.getAsLong();
    locked(() -> {
      while (!places.isEmpty() && now - places.getFirst().since > patienceNanos) {
        Place oldest = places.getFirst();
        end(oldest, oldest.complete ? BodyRefusal.FULL : BodyRefusal.TIMEOUT);
      }
      return true;
    });
    sendRefusals();
  }

  /** Answers those that were refused; the caller must hold no lock of a request. */
  void sendRefusals() {
    for (Runnable refusal = refusals.poll(); refusal != null; refusal = refusals.poll()) {
      try {
        refusal.run();
      } catch (RuntimeException broken) {
        // The others must get their answers.
        log.warn("an unfinished request is not refused: {}", RootCause.of(broken));
      }
    }
  }

  /** To be called by whoever refuses: not all that lose their places are refused. */
  void count(BodyRefusal refusal) {
    refused.add(1, refusal.attributes());
  }

  private void endExcess(Share share) {
    Owned owned = byOwner.get(share.owner());
    while (owned != null && owned.exceeds(share)) {
      end(owned.places.getFirst(), share.refusal());
    }
  }

  private void grow(Place place, int more) {
    place.size += more;
    bytes += more;
    for (Share share : place.shares) {
      byOwner.get(share.owner()).bytes += more;
    }
  }

  private boolean end(Place place, BodyRefusal refusal) {
    boolean ended = remove(place);
    if (ended) {
      refusals.add(() -> place.whenRefused.accept(refusal));
    }
    return ended;
  }

  private boolean remove(Place place) {
    if (!places.remove(place)) {
      return false;
    }
    grow(place, -place.size);
    for (Share share : place.shares) {
      byOwner.computeIfPresent(
          share.owner(),
          (_, owned) -> {
            owned.places.remove(place);
            return owned.places.isEmpty() ? null : owned;
          });
    }
    return true;
  }

  private <T> T locked(Supplier<T> action) {
    lock.lock();
    try {
      return action.get();
    } finally {
      lock.unlock();
    }
  }
}
