package dev.warmgate.traffic;

import dev.warmgate.filter.FilterOrder;
import dev.warmgate.request.RequestContext;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The latest and the slowest requests of every endpoint, kept per endpoint so that frequent ones do
 * not displace rare ones. Adding a request takes no lock unless it is among the slowest.
 */
public final class RecentRequests {
  static final int LATEST = 10;
  static final int SLOWEST = 5;

  /** Clients may invent methods; all methods but these share one page. */
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

  private final Clock clock;
  private final AtomicLong ids = new AtomicLong();
  private final LongAdder outOfOrder = new LongAdder();
  private final LongAdder rejected = new LongAdder();
  private volatile @Nullable ObservedRequest offender;
  private final ConcurrentMap<Route, ConcurrentMap<String, Page>> pages = new ConcurrentHashMap<>();

  public RecentRequests(Clock clock) {
    this.clock = clock;
  }

  /**
   * The requests of one endpoint.
   *
   * @param requests since the start of the process
   * @param latest the latest requests, newest first
   * @param slowest the slowest requests since the start, slowest first
   */
  public record Traffic(
      String method,
      String route,
      long requests,
      List<ObservedRequest> latest,
      List<ObservedRequest> slowest) {}

  /**
   * The check of the filter order for all requests since the start of the process.
   *
   * @param judged number of checked requests
   * @param outOfOrder number of requests that deviated from {@link FilterOrder#IN_ORDER}
   */
  public record OrderCount(long judged, long outOfOrder) {}

  /** Returns the latest request whose filters ran out of order, if any. */
  public Optional<ObservedRequest> offender() {
    return Optional.ofNullable(offender);
  }

  /** Returns the number of requests that a filter rejected since the start of the process. */
  public long rejected() {
    return rejected.sum();
  }

  /** Adds a request and returns whether its filters ran in order. */
  boolean add(RequestContext context, Route route, String method, int status) {
    long micros = context.timeline().micros(System.nanoTime());
    String known = METHODS.contains(method) ? method : "OTHER";
    ObservedRequest request =
        new ObservedRequest(
            ids.incrementAndGet(),
            context.isRecorded() ? traceId() : null,
            clock.millis() - micros / 1000,
            known,
            route,
            status,
            micros,
            context.lane(),
            context.trail(),
            context.timeline());
    boolean inOrder = request.ranInOrder();
    if (!inOrder) {
      outOfOrder.increment();
      offender = request;
    }
    if (request.wasRejected()) {
      rejected.increment();
    }
    pages
        .computeIfAbsent(route, at -> new ConcurrentHashMap<>())
        .computeIfAbsent(known, of -> new Page())
        .add(request);
    return inOrder;
  }

  /** Only of a recorded trace, since a page links to it. */
  private static @Nullable String traceId() {
    SpanContext span = Span.current().getSpanContext();
    return span.isSampled() ? span.getTraceId() : null;
  }

  public OrderCount verdict() {
    return new OrderCount(ids.get(), outOfOrder.sum());
  }

  /** Returns every endpoint that was called, busiest first. */
  public List<Traffic> traffic() {
    return pages.entrySet().stream()
        .flatMap(route ->
            route.getValue().entrySet().stream()
                .map(page -> page.getValue().read(page.getKey(), route.getKey().template())))
        .sorted(
            Comparator.comparingLong(Traffic::requests)
                .reversed()
                .thenComparing(Traffic::route)
                .thenComparing(Traffic::method))
        .toList();
  }

  private static final class Page {
    private static final Comparator<ObservedRequest> BY_TIME =
        Comparator.comparingLong(ObservedRequest::totalMicros);

    private final AtomicLong requests = new AtomicLong();
    private final AtomicReferenceArray<@Nullable ObservedRequest> latest =
        new AtomicReferenceArray<>(LATEST);
    private final PriorityQueue<ObservedRequest> slowest = new PriorityQueue<>(SLOWEST, BY_TIME);
    private volatile long slowFromMicros = -1;

    void add(ObservedRequest request) {
      latest.set((int) (requests.getAndIncrement() % LATEST), request);
      if (request.totalMicros() > slowFromMicros) {
        keepAmongSlowest(request);
      }
    }

    private synchronized void keepAmongSlowest(ObservedRequest request) {
      slowest.add(request);
      if (slowest.size() > SLOWEST) {
        slowest.remove();
      }
      if (slowest.size() == SLOWEST) {
        slowFromMicros = slowest.element().totalMicros();
      }
    }

    Traffic read(String method, String route) {
      List<ObservedRequest> last =
          IntStream.range(0, LATEST)
              .mapToObj(latest::get)
              .filter(request -> request != null)
              .sorted(Comparator.comparingLong(ObservedRequest::id).reversed())
              .toList();
      return new Traffic(method, route, requests.get(), last, slowestFirst());
    }

    private synchronized List<ObservedRequest> slowestFirst() {
      return slowest.stream().sorted(BY_TIME.reversed()).toList();
    }
  }
}
