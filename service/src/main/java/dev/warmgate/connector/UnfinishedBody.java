package dev.warmgate.connector;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.Invocable;

/**
 * A request whose body is on its way. Jetty runs it when bytes arrive; with the last one the
 * request goes on in a thread of its own. Answers the request itself if it is refused before.
 */
final class UnfinishedBody implements Invocable.Task {
  private final Request request;
  private final Response response;
  private final Callback callback;
  private final BodyBuffer body;
  private final Request.Handler next;
  private final List<UnfinishedRequests.Share> shares;
  private final UnfinishedRequests unfinished;

  /** The trace of the request, which other threads lose. */
  private final Context trace = Context.current();

  /** Held while the body is read or refused, since an answer must not overtake a read. */
  private final ReentrantLock lock = new ReentrantLock();

  private UnfinishedRequests.Place place;
  private boolean refused;

  UnfinishedBody(
      Request request,
      Response response,
      Callback callback,
      BodyBuffer body,
      Request.Handler next,
      List<UnfinishedRequests.Share> shares,
      UnfinishedRequests unfinished) {
    this.request = request;
    this.response = response;
    this.callback = callback;
    this.body = body;
    this.next = next;
    this.shares = shares;
    this.unfinished = unfinished;
  }

  /** Waits for the rest of the body, without a thread. */
  void begin() {
    lock.lock();
    try {
      place = unfinished.enter(shares, this::refuse);
      awaitMore();
    } finally {
      unlock();
    }
  }

  @Override
  public void run() {
    lock.lock();
    try {
      if (refused) {
        // Jetty calls this once more, within the answer, when it closes the connection.
        return;
      }
      readMore();
    } finally {
      unlock();
    }
  }

  /** Jetty may call {@link #run} within {@link #awaitMore}, which still holds the lock. */
  private void unlock() {
    lock.unlock();
    if (!lock.isHeldByCurrentThread()) {
      unfinished.sendRefusals();
    }
  }

  /** {@link #run} never waits, so Jetty may call it in the thread that looks for arrived bytes. */
  @Override
  public InvocationType getInvocationType() {
    return InvocationType.NON_BLOCKING;
  }

  private void readMore() {
    BodyRefusal refusal = body.read(request);
    if (refusal != null) {
      unfinished.refuse(place, refusal);
    } else if (body.isComplete()) {
      goOn();
    } else {
      awaitMore();
    }
  }

  private void awaitMore() {
    if (unfinished.resize(place, body.size())) {
      request.demand(this);
    }
  }

  /**
   * The body keeps its place until a thread is free, so that those that wait for one are bounded.
   */
  private void goOn() {
    unfinished.complete(place);
    Executor threads = request.getConnectionMetaData().getConnector().getExecutor();
    try {
      VirtualThreads.execute(threads, () -> request.getContext().run(this::handle, request));
    } catch (RejectedExecutionException tooMany) {
      unfinished.refuse(place, BodyRefusal.FULL);
    }
  }

  private void handle() {
    if (!unfinished.leave(place)) {
      return;
    }
    try (Scope _ = trace.makeCurrent()) {
      if (!next.handle(new WholeBody(request, body), response, callback)) {
        Response.writeError(request, response, callback, HttpStatus.NOT_FOUND_404);
      }
    } catch (Throwable failed) {
      Response.writeError(request, response, callback, failed);
    }
  }

  private void refuse(BodyRefusal refusal) {
    lock.lock();
    try (Scope _ = trace.makeCurrent()) {
      refused = true;
      unfinished.count(refusal);
      if (refusal == BodyRefusal.TOO_LARGE) {
        LingeringClose.answer(request, response, callback, shares, unfinished);
      } else {
        refusal.answer(request, response, callback);
      }
    } finally {
      lock.unlock();
    }
  }
}
