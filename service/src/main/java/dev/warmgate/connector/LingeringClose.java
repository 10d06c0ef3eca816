package dev.warmgate.connector;

import dev.warmgate.connector.UnfinishedRequests.Place;
import dev.warmgate.connector.UnfinishedRequests.Share;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable;

/**
 * Refuses a body that is too large at once, and discards for a while what its client still sends.
 * To close a connection with unread bytes resets it, and the client would lose the answer (RFC 9112
 * section 9.6).
 */
final class LingeringClose implements Callback, Invocable.Task {
  /** The connection is closed after so many bytes in any case. */
  private static final int MOST_BYTES = 1024 * 1024;

  private final Request request;
  private final Callback over;
  private final List<Share> shares;
  private final UnfinishedRequests unfinished;

  /** Held while the body is read or the request ends, which must not overlap. */
  private final ReentrantLock lock = new ReentrantLock();

  private Place place;
  private int discarded;
  private boolean ended;

  private LingeringClose(
      Request request, Callback over, List<Share> shares, UnfinishedRequests unfinished) {
    this.request = request;
    this.over = over;
    this.shares = shares;
    this.unfinished = unfinished;
  }

  static void answer(
      Request request,
      Response response,
      Callback over,
      List<Share> shares,
      UnfinishedRequests unfinished) {
    if (request.getHeaders().contains(HttpHeader.EXPECT)) {
      // The client waits for the answer before it sends the body.
      BodyRefusal.TOO_LARGE.answer(request, response, over);
    } else {
      BodyRefusal.TOO_LARGE.answer(
          new Unread(request), response, new LingeringClose(request, over, shares, unfinished));
    }
  }

  /** Keeps the body readable, which Jetty ends when it writes an error. */
  private static final class Unread extends Request.Wrapper {
    Unread(Request request) {
      super(request);
    }

    @Override
    public boolean consumeAvailable() {
      return false;
    }
  }

  /** The answer is sent. */
  @Override
  public void succeeded() {
    lock.lock();
    try {
      place = unfinished.enter(shares, _ -> end());
      discard();
    } finally {
      unlock();
    }
  }

  @Override
  public void failed(Throwable failure) {
    over.failed(failure);
  }

  @Override
  public void run() {
    lock.lock();
    try {
      if (!ended) {
        discard();
      }
    } finally {
      unlock();
    }
  }

  private void unlock() {
    lock.unlock();
    if (!lock.isHeldByCurrentThread()) {
      unfinished.sendRefusals();
    }
  }

  private void discard() {
    boolean last = false;
    while (!last && discarded < MOST_BYTES) {
      Content.Chunk chunk = request.read();
      if (chunk == null) {
        request.demand(this);
        return;
      }
      last = chunk.isLast() || Content.Chunk.isFailure(chunk);
      discarded += chunk.remaining();
      chunk.release();
    }
    if (unfinished.leave(place)) {
      end();
    }
  }

  private void end() {
    lock.lock();
    try {
      ended = true;
      over.succeeded();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public InvocationType getInvocationType() {
    return InvocationType.NON_BLOCKING;
  }
}
