package dev.warmgate.loadtest.gate;

import io.gatling.javaapi.core.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.HdrHistogram.Histogram;

/** Every request of a simulation that is judged, and every user who came. */
final class Measurements {
  private static final String ARRIVAL = "arrival";

  private final List<Arrival.Stream> streams = new ArrayList<>();
  private final List<Arrival> arrivals = new ArrayList<>();
  private final List<Sample> samples = new ArrayList<>();
  private final Live live = new Live();

  /** A constant flow of users, to be passed to {@link #arrive}. */
  synchronized Arrival.Stream stream(double perSecond, double seconds) {
    Arrival.Stream stream = new Arrival.Stream(perSecond, seconds);
    streams.add(stream);
    return stream;
  }

  /** To be called first by each user. */
  synchronized Session arrive(Arrival.Stream stream, Session session) {
    Arrival arrival = stream.arrive(System.nanoTime());
    arrivals.add(arrival);
    return session.set(ARRIVAL, arrival);
  }

  /** Remembers the request; the first one of a user counts from when that one was due. */
  Session add(String request, Step step, Session session) {
    Sample sample = step.sample(request, session.get(ARRIVAL));
    synchronized (this) {
      samples.add(sample);
    }
    live.add(sample);
    return session.contains(ARRIVAL) ? session.remove(ARRIVAL) : session;
  }

  /** For requests that something else than a virtual user sent. */
  synchronized void add(Sample sample) {
    samples.add(sample);
  }

  Live live() {
    return live;
  }

  synchronized boolean hasBegun() {
    return !arrivals.isEmpty();
  }

  /** When the first user was due. */
  synchronized long began() {
    return arrivals.stream().mapToLong(Arrival::due).min().orElse(0);
  }

  synchronized List<Sample> samples() {
    return List.copyOf(samples);
  }

  synchronized int intended() {
    return streams.stream().mapToInt(Arrival.Stream::intended).sum();
  }

  synchronized int arrived() {
    return arrivals.size();
  }

  /** How late users came, at the 99th percentile, in milliseconds. */
  synchronized double latenessP99() {
    Histogram late = new Histogram(3);
    arrivals.forEach(arrival -> late.recordValue((long) (arrival.lateMillis() * 1000)));
    return late.getValueAtPercentile(99) / 1000.0;
  }

  /** By type of request. */
  Map<String, RequestRow> rows() {
    return rows(sample -> true);
  }

  /** Of some requests only. */
  Map<String, RequestRow> rows(Predicate<Sample> which) {
    Map<String, List<Sample>> byRequest = new TreeMap<>();
    samples().stream()
        .filter(which)
        .forEach(sample ->
            byRequest.computeIfAbsent(sample.request(), _ -> new ArrayList<>()).add(sample));
    Map<String, RequestRow> rows = new TreeMap<>();
    byRequest.forEach((request, some) -> rows.put(request, RequestRow.of(request, some)));
    return rows;
  }
}
