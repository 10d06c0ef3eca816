package dev.warmgate.connector;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.eclipse.jetty.io.Connection;
import org.jspecify.annotations.Nullable;

/**
 * The open connections of a port by their owners, which are client addresses or proxies. At a limit
 * a new connection displaces the one that has waited longest for its client: of the same owner at
 * the owner's limit, and of the owner with the largest share at the limit of all. If that would be
 * unfair, or none waits, the new one is refused.
 *
 * @param <K> what identifies a connection from the time when it is accepted
 */
final class OpenConnections<K> {
  /** So long a client may take for its first request, or its next one, at its own limit. */
  private static final long UNDISTURBED = TimeUnit.SECONDS.toNanos(1);

  private final int most;
  private final LongSupplier nanoTime;
  private final ToLongFunction<Connection> idleNanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<K, Place> places = new HashMap<>();
  private final Map<String, Owner> owners = new HashMap<>();

  /**
   * @param idleNanos since when nothing was received or sent
   */
  OpenConnections(int most, LongSupplier nanoTime, ToLongFunction<Connection> idleNanos) {
    this.most = most;
    this.nanoTime = nanoTime;
    this.idleNanos = idleNanos;
  }

  /** Which limit was reached. */
  enum Refusal {
    ADDRESS,
    PROXY,
    TOTAL;

    String outcome() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * What became of a new connection.
   *
   * @param refusal why it, or the displaced one, must be closed
   * @param displaced an older one that must be closed for it
   */
  record Entry<K>(boolean entered, @Nullable Refusal refusal, @Nullable Displaced<K> displaced) {}

  /**
   * @param connection {@code null} if Jetty has not opened it yet
   */
  record Displaced<K>(K key, @Nullable Connection connection) {}

  private final class Owner {
    private final String name;
    private final int most;
    private final SequencedSet<Place> places = new LinkedHashSet<>();

    private Owner(String name, int most) {
      this.name = name;
      this.most = most;
    }

    /** Returns what part of its limit it has. */
    private double share() {
      return (double) places.size() / most;
    }

    /** Returns what part it would have with one more, without those that are closed already. */
    private double shareWithOneMore() {
      return (1.0 + places.stream().filter(Place::isOpen).count()) / most;
    }
  }

  private final class Place {
    private final K key;
    private final Owner owner;
    private final long since;
    private @Nullable Connection connection;

    private Place(K key, Owner owner, long since) {
      this.key = key;
      this.owner = owner;
      this.since = since;
    }

    private boolean isOpen() {
      Connection opened = connection;
      return opened == null || opened.getEndPoint().isOpen();
    }

    /** Whether its client has sent no request that is being answered, or has gone. */
    private boolean waits() {
      Connection opened = connection;
      return opened == null || opened.getEndPoint().isFillInterested() || !isOpen();
    }

    private long waited() {
      Connection opened = connection;
      return opened == null ? nanoTime.getAsLong() - since : idleNanos.applyAsLong(opened);
    }
  }

  int count() {
    return locked(places::size);
  }

  /**
   * @param ownerMost most connections of this owner
   * @param atOwnLimit what the owner's limit is called
   */
  Entry<K> enter(K key, String ownerName, int ownerMost, Refusal atOwnLimit) {
    return locked(() -> {
      Owner owner = owners.computeIfAbsent(ownerName, name -> new Owner(name, ownerMost));
      Entry<K> entry = new Entry<>(true, null, null);
      if (owner.places.size() >= owner.most) {
        entry = displaceIdlest(owner, UNDISTURBED, atOwnLimit);
      } else if (places.size() >= most) {
        Owner largest = largest();
        entry =
            largest.share() > owner.shareWithOneMore()
                ? displaceIdlest(largest, 0, Refusal.TOTAL)
                : new Entry<>(false, Refusal.TOTAL, null);
      }
      if (entry.entered()) {
        Place place = new Place(key, owner, nanoTime.getAsLong());
        owners.put(ownerName, owner);
        owner.places.add(place);
        places.put(key, place);
      } else {
        forgetIfEmpty(owner);
      }
      return entry;
    });
  }

  /** Notes that Jetty has opened it; returns whether it has not been displaced. */
  boolean open(K key, Connection connection) {
    return locked(() -> {
      Place place = places.get(key);
      if (place == null) {
        return false;
      }
      place.connection = connection;
      return true;
    });
  }

  /** Gives the place back; does nothing if that has happened before. */
  void leave(K key) {
    locked(() -> {
      Place place = places.remove(key);
      if (place != null) {
        place.owner.places.remove(place);
        forgetIfEmpty(place.owner);
      }
      return place;
    });
  }

  private Entry<K> displaceIdlest(Owner owner, long leastWait, Refusal refusal) {
    Place idlest =
        owner.places.stream()
            .filter(Place::waits)
            .max(Comparator.comparingLong(Place::waited))
            .orElse(null);
    if (idlest == null || idlest.waited() < leastWait) {
      return new Entry<>(false, refusal, null);
    }
    owner.places.remove(idlest);
    places.remove(idlest.key);
    forgetIfEmpty(owner);
    return new Entry<>(true, refusal, new Displaced<>(idlest.key, idlest.connection));
  }

  private Owner largest() {
    return owners.values().stream().max(Comparator.comparingDouble(Owner::share)).orElseThrow();
  }

  private void forgetIfEmpty(Owner owner) {
    if (owner.places.isEmpty()) {
      owners.remove(owner.name, owner);
    }
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
