package dev.warmgate.connector;

import dev.warmgate.connector.UnfinishedRequests.Place;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Collects an answer and sends it at once. The request is over when its handler is done and the
 * connection has taken the answer, whichever comes last; only until then it takes memory.
 */
final class WholeAnswer extends Response.Wrapper implements Callback {
  private static final int HANDLED_AND_SENT = 2;

  private final Callback over;
  private final ClientShares shares;
  private final UnfinishedRequests unfinished;
  private final ByteArrayOutputStream content = new ByteArrayOutputStream(0);
  private final AtomicInteger left = new AtomicInteger(HANDLED_AND_SENT);
  private boolean begun;
  private boolean sending;
  private volatile boolean sent;
  private volatile @Nullable Place place;

  WholeAnswer(
      Request request,
      Response response,
      Callback over,
      ClientShares shares,
      UnfinishedRequests unfinished) {
    super(request, response);
    this.over = over;
    this.shares = shares;
    this.unfinished = unfinished;
  }

  /** An answer that has begun cannot become another one. */
  @Override
  public boolean isCommitted() {
    return begun || super.isCommitted();
  }

  @Override
  public void write(boolean last, ByteBuffer more, Callback written) {
    begun = true;
    byte[] copy = BufferUtil.toArray(more);
    BufferUtil.clear(more);
    if (last && content.size() == 0) {
      send(copy);
    } else {
      content.writeBytes(copy);
      if (last) {
        send(content.toByteArray());
      }
    }
    written.succeeded();
  }

  private void send(byte[] whole) {
    sending = true;
    super.write(
        true,
        ByteBuffer.wrap(whole),
        Callback.from(getInvocationType(), this::whenSent, this::failed));
    if (!sent) {
      Place taken = unfinished.enter(shares.of(getRequest()), this::close);
      unfinished.resize(taken, whole.length);
      place = taken;
      if (sent) {
        unfinished.leave(taken);
      }
      unfinished.sendRefusals();
    }
  }

  private void whenSent() {
    leave();
    step();
  }

  private void leave() {
    sent = true;
    Place taken = place;
    if (taken != null) {
      unfinished.leave(taken);
    }
  }

  private void close(BodyRefusal refusal) {
    if (!sent) {
      unfinished.count(refusal);
      getRequest().getConnectionMetaData().getConnection().getEndPoint().close();
    }
  }

  private void step() {
    if (left.decrementAndGet() == 0) {
      over.succeeded();
    }
  }

  /** The handler is done. */
  @Override
  public void succeeded() {
    if (!sending) {
      send(content.toByteArray());
    }
    step();
  }

  /** The handler failed, or the connection. */
  @Override
  public void failed(Throwable failure) {
    leave();
    if (left.getAndSet(0) > 0) {
      over.failed(failure);
    }
  }

  @Override
  public InvocationType getInvocationType() {
    return over.getInvocationType();
  }
}
