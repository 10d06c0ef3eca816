package dev.warmgate.request;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Request;
import java.security.Principal;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The state of one request: its id, lane, client address, caller, quota, filters and timeline. It
 * belongs to the request; the thread that currently handles the request carries it, so that DAOs do
 * not need it as an argument.
 */
public final class RequestContext {
  /** The request attribute that holds the context. */
  public static final String ATTRIBUTE = RequestContext.class.getName();

  private static final ThreadLocal<@Nullable RequestContext> CURRENT = new ThreadLocal<>();

  private final FilterTrail trail = new FilterTrail();
  private final Timeline timeline = new Timeline();

  private @Nullable ContainerRequestContext request;
  private @Nullable String id;
  private @Nullable Lane lane;
  private @Nullable String peerAddress;
  private @Nullable String clientAddress;
  private @Nullable Principal caller;
  private @Nullable Quota quota;
  private boolean warmsUp;
  private boolean ofLoadTest;
  private boolean counted;
  private boolean unrecorded;

  private RequestContext() {}

  /** Starts a context on this thread; it replaces one that was left open. */
  public static RequestContext begin() {
    RequestContext begun = new RequestContext();
    CURRENT.set(begun);
    return begun;
  }

  /** Returns the context of a request, and starts one if nothing before Jersey has. */
  public static RequestContext of(ContainerRequestContext request) {
    RequestContext current = CURRENT.get();
    if (current == null || (current.request != null && !current.request.equals(request))) {
      current = begin();
    }
    current.request = request;
    return current;
  }

  /** Returns the context of the request on this thread; for endpoints. */
  public static RequestContext current() {
    return Objects.requireNonNull(CURRENT.get(), "no request on this thread");
  }

  /**
   * Returns the request of an endpoint that is called so often that having it injected would count.
   */
  public static Request currentRequest() {
    return Objects.requireNonNull(current().request).getRequest();
  }

  /** Returns the context of this thread, or empty in commands and background work. */
  public static Optional<RequestContext> ofThread() {
    return Optional.ofNullable(CURRENT.get()).filter(context -> context.id != null);
  }

  /** Runs work of the warm-up outside a request. */
  public static void warmUp(Runnable work) {
    RequestContext own = begin();
    own.markWarmup();
    try {
      work.run();
    } finally {
      own.end();
    }
  }

  /** Returns whether this thread works for the warm-up; {@link DecoyRules} has the consequences. */
  static boolean isWarmup() {
    RequestContext current = CURRENT.get();
    return current != null && current.warmsUp;
  }

  /**
   * Records what the request on this thread waited for, in {@link System#nanoTime}; does nothing
   * without a request.
   */
  public static void record(Timeline.Kind kind, String name, long fromNanos, long toNanos) {
    RequestContext current = CURRENT.get();
    if (current != null) {
      current.timeline.add(kind, name, fromNanos, toNanos);
    }
  }

  /** Detaches the context from the thread; its values stay readable. */
  public void end() {
    request = null;
    if (CURRENT.get() == this) {
      // Not remove(), because the next request on this thread reuses the entry.
      CURRENT.set(null);
    }
  }

  /** Returns the filters that ran. */
  public FilterTrail trail() {
    return trail;
  }

  /** Returns what the request waited for. */
  public Timeline timeline() {
    return timeline;
  }

  public void name(String requestId) {
    id = requestId;
  }

  /** Returns the request id, or {@code null} before the first filter. */
  public @Nullable String id() {
    return id;
  }

  public void enter(Lane entered) {
    lane = entered;
  }

  /** Returns the lane, or {@code null} before the fast-lane filter has chosen it. */
  public @Nullable Lane lane() {
    return lane;
  }

  public void arrivedFrom(String address) {
    peerAddress = address;
  }

  /** Returns the address at the other end of the connection: a client's, or a proxy's. */
  public String peerAddress() {
    return Objects.requireNonNull(peerAddress, "begun outside of a connection");
  }

  public void comesFrom(String address) {
    clientAddress = address;
  }

  /** Returns the client address, or {@code null} if no filter has set it. */
  public @Nullable String clientAddress() {
    return clientAddress;
  }

  public void speaksFor(Principal authenticated) {
    caller = authenticated;
  }

  /**
   * Returns the caller, or {@code null} at a public endpoint or before a credential was verified.
   */
  public @Nullable Principal caller() {
    return caller;
  }

  public void allow(@Nullable Quota left) {
    quota = left;
  }

  /** Returns the quota to send to the client, or {@code null} if there is none. */
  public @Nullable Quota quota() {
    return quota;
  }

  /** Marks that the request was counted against a limit, of its address or of its session. */
  public void markCounted() {
    counted = true;
  }

  public boolean isCounted() {
    return counted;
  }

  /** Marks the request as part of a load test: no limit per client address applies. */
  public void markLoadTest() {
    ofLoadTest = true;
  }

  public boolean isOfLoadTest() {
    return ofLoadTest;
  }

  /** Marks that no trace records the request. */
  public void markUnrecorded() {
    unrecorded = true;
  }

  /** Returns whether the trace of the request is recorded, if there is a tracer. */
  public boolean isRecorded() {
    return !unrecorded;
  }

  /** Marks the request as part of the warm-up. */
  public void markWarmup() {
    warmsUp = true;
  }

  /** Returns the milliseconds since the start of the request, with microsecond precision. */
  public double elapsedMillis() {
    return timeline.micros(System.nanoTime()) / 1e3;
  }
}
