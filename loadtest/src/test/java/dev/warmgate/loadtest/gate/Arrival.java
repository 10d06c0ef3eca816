package dev.warmgate.loadtest.gate;

/**
 * A virtual user who came.
 *
 * @param stream which of the constant flows of users it belongs to
 * @param number its place in that flow, from 0
 * @param nanos when it came, by {@link System#nanoTime}
 */
record Arrival(Stream stream, int number, long nanos) {
  /** A constant flow of users; the one who was least late tells when the flow began. */
  static final class Stream {
    /** Between two arrivals; 0 if they are not meant for a moment. */
    private final long intervalNanos;

    private final int intended;
    private int count;
    private long began = Long.MAX_VALUE;

    Stream(double perSecond, double seconds) {
      intended = (int) Math.round(perSecond * seconds);
      intervalNanos = intended == 0 ? 0 : (long) (seconds * 1e9 / intended);
    }

    synchronized Arrival arrive(long nanos) {
      Arrival arrival = new Arrival(this, count++, nanos);
      began = Math.min(began, nanos - arrival.number * intervalNanos);
      return arrival;
    }

    synchronized int count() {
      return count;
    }

    int intended() {
      return intended;
    }

    private synchronized long due(int number) {
      return began + number * intervalNanos;
    }
  }

  /** When it was meant to come. */
  long due() {
    return stream.intervalNanos == 0 ? nanos : stream.due(number);
  }

  double lateMillis() {
    return (nanos - due()) / 1e6;
  }
}
