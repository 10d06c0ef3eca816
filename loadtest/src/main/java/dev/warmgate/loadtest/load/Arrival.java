package dev.warmgate.loadtest.load;

/**
 * The arrival of a virtual user.
 *
 * @param stream the constant stream of users to which it belongs
 * @param number its position in that stream, from 0
 * @param nanos when it arrived, by {@link System#nanoTime}
 */
public record Arrival(Stream stream, int number, long nanos) {
  /** A constant stream of users; its start is inferred from the arrival with the least delay. */
  public static final class Stream {
    /** Time between two arrivals; 0 if the stream has no schedule. */
    private final long intervalNanos;

    private final int intended;
    private int count;
    private long began = Long.MAX_VALUE;

    public Stream(double perSecond, double seconds) {
      intended = (int) Math.round(perSecond * seconds);
      intervalNanos = intended == 0 ? 0 : (long) (seconds * 1e9 / intended);
    }

    public synchronized Arrival arrive(long nanos) {
      Arrival arrival = new Arrival(this, count++, nanos);
      began = Math.min(began, nanos - arrival.number * intervalNanos);
      return arrival;
    }

    public synchronized int count() {
      return count;
    }

    public int intended() {
      return intended;
    }

    private synchronized long due(int number) {
      return began + number * intervalNanos;
    }
  }

  /** Returns when the arrival was due, by {@link System#nanoTime}. */
  public long due() {
    return stream.intervalNanos == 0 ? nanos : stream.due(number);
  }

  public double lateMillis() {
    return (nanos - due()) / 1e6;
  }
}
