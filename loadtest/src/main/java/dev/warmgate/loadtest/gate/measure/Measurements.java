package dev.warmgate.loadtest.gate.measure;

import dev.warmgate.loadtest.load.Arrival;
import io.gatling.javaapi.core.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.HdrHistogram.Histogram;

/** The measured requests and the arrivals of the users of one simulation. */
public final class Measurements {
  private static final String ARRIVAL = "arrival";

  private final List<Arrival.Stream> streams = new ArrayList<>();
  private final List<Arrival> arrivals = new ArrayList<>();
  private final List<Sample> samples = new ArrayList<>();
  private final Live live = new Live();

  /** Creates a constant stream of users, to pass to {@link #arrive}. */
  public synchronized Arrival.Stream stream(double perSecond, double seconds) {
    Arrival.Stream stream = new Arrival.Stream(perSecond, seconds);
    streams.add(stream);
    return stream;
  }

  /** Records the arrival of a user, as its first step. */
  public synchronized Session arrive(Arrival.Stream stream, Session session) {
    Arrival arrival = stream.arrive(System.nanoTime());
    arrivals.add(arrival);
    return session.set(ARRIVAL, arrival);
  }

  /** Records a request; the latency of a user's first request counts from when the user was due. */
  public Session add(String request, RequestStep step, Session session) {
    Sample sample = step.sample(request, session.get(ARRIVAL));
    synchronized (this) {
      samples.add(sample);
    }
    live.add(sample);
    return session.contains(ARRIVAL) ? session.remove(ARRIVAL) : session;
  }

  /** Records a request that no virtual user sent. */
  public synchronized void add(Sample sample) {
    samples.add(sample);
  }

  public Live live() {
    return live;
  }

  public synchronized boolean hasBegun() {
    return !arrivals.isEmpty();
  }

  /** Returns when the first user was due, by {@link System#nanoTime}. */
  public synchronized long began() {
    return arrivals.stream().mapToLong(Arrival::due).min().orElse(0);
  }

  public synchronized List<Sample> samples() {
    return List.copyOf(samples);
  }

  public synchronized int intended() {
    return streams.stream().mapToInt(Arrival.Stream::intended).sum();
  }

  public synchronized int arrived() {
    return arrivals.size();
  }

  /** Returns the 99th percentile of the users' lateness in milliseconds. */
  public synchronized double latenessP99() {
    Histogram late = new Histogram(3);
    arrivals.forEach(arrival -> late.recordValue((long) (arrival.lateMillis() * 1000)));
    return late.getValueAtPercentile(99) / 1000.0;
  }

  /** Returns the results by type of request. */
  public Map<String, RequestRow> rows() {
    return rows(sample -> true);
  }

  /** Returns the results of the matching requests. */
  public Map<String, RequestRow> rows(Predicate<Sample> which) {
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
