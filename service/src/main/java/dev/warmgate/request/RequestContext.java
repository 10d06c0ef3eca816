package dev.warmgate.request;

import jakarta.ws.rs.container.ContainerRequestContext;
import java.security.Principal;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of one request: its id, its lane, who it comes from, what it may still do, and
 * what has happened to it. It belongs to the request and is written by whatever handles that; the
 * thread that does so at the moment carries it, so that a DAO need not be handed a request.
 */
public final class RequestContext {
  /** The attribute of the request that holds its context. */
  public static final String ATTRIBUTE = RequestContext.class.getName();

  private static final ThreadLocal<@Nullable RequestContext> CURRENT = new ThreadLocal<>();

  private final FilterTrail trail = new FilterTrail();
  private final Timeline timeline = new Timeline();

  private @Nullable ContainerRequestContext request;
  private @Nullable String id;
  private @Nullable Lane lane;
  private @Nullable String clientAddress;
  private @Nullable Principal caller;
  private @Nullable Quota quota;
  private boolean warmsUp;
  private boolean ofLoadTest;

  private RequestContext() {}

  /** Begins a request on this thread, in place of any that was left open. */
  public static RequestContext begin() {
    RequestContext begun = new RequestContext();
    CURRENT.set(begun);
    return begun;
  }

  /** The context of a request; begun now if nothing before Jersey has begun it. */
  public static RequestContext of(ContainerRequestContext request) {
    RequestContext current = CURRENT.get();
    if (current == null || (current.request != null && !current.request.equals(request))) {
      current = begin();
    }
    current.request = request;
    return current;
  }

  /** That of the request which this thread answers; for endpoints. */
  public static RequestContext current() {
    return Objects.requireNonNull(CURRENT.get(), "no request on this thread");
  }

  /** The same, where there may be no request: in commands, and in the background. */
  public static Optional<RequestContext> ofThread() {
    return Optional.ofNullable(CURRENT.get()).filter(context -> context.id != null);
  }

  /** Does work of the warm-up that is no request. */
  public static void warmUp(Runnable work) {
    RequestContext own = begin();
    own.markWarmup();
    try {
      work.run();
    } finally {
      own.end();
    }
  }

  /** Whether this thread warms the service up; what follows from that is in {@link DecoyRules}. */
  static boolean isWarmup() {
    RequestContext current = CURRENT.get();
    return current != null && current.warmsUp;
  }

  /**
   * Notes what the request of this thread waited for, by {@link System#nanoTime}; nothing if there
   * is none.
   */
  public static void record(Timeline.Kind kind, String name, long fromNanos, long toNanos) {
    RequestContext current = CURRENT.get();
    if (current != null) {
      current.timeline.add(kind, name, fromNanos, toNanos);
    }
  }

  /** Frees the thread for its next request; what is known can still be read. */
  public void end() {
    request = null;
    if (CURRENT.get() == this) {
      // Not remove(): the next request of this thread needs the place again.
      CURRENT.set(null);
    }
  }

  /** The filters that met it. */
  public FilterTrail trail() {
    return trail;
  }

  /** What it has waited for. */
  public Timeline timeline() {
    return timeline;
  }

  public void name(String requestId) {
    id = requestId;
  }

  /** {@code null} until the first filter has named the request. */
  public @Nullable String id() {
    return id;
  }

  public void enter(Lane entered) {
    lane = entered;
  }

  /** {@code null} until the fast-lane filter has chosen it. */
  public @Nullable Lane lane() {
    return lane;
  }

  public void comesFrom(String address) {
    clientAddress = address;
  }

  /** {@code null} if no filter came to ask for it. */
  public @Nullable String clientAddress() {
    return clientAddress;
  }

  public void speaksFor(Principal authenticated) {
    caller = authenticated;
  }

  /** {@code null} at a public endpoint, and until a credential was found good. */
  public @Nullable Principal caller() {
    return caller;
  }

  public void allow(@Nullable Quota left) {
    quota = left;
  }

  /** What the client is told of its limit; {@code null} if nothing. */
  public @Nullable Quota quota() {
    return quota;
  }

  /** It is one of a load test: no limit per client address holds. */
  public void markLoadTest() {
    ofLoadTest = true;
  }

  public boolean isOfLoadTest() {
    return ofLoadTest;
  }

  /** From here on this request is one of the warm-up. */
  public void markWarmup() {
    warmsUp = true;
  }

  /** Milliseconds since the request began, to the microsecond. */
  public double elapsedMillis() {
    return timeline.micros(System.nanoTime()) / 1e3;
  }
}
