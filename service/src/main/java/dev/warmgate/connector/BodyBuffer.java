package dev.warmgate.connector;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * Collects what has arrived of a body. It copies, since Jetty's buffers would hold 8 KiB for each
 * packet of a single byte; it never has room for more than twice the bytes that arrived.
 */
final class BodyBuffer {
  private static final byte[] EMPTY = {};

  private byte[] bytes = EMPTY;
  private int length;
  private boolean complete;

  /** Reads without waiting; returns why the body is refused, or {@code null} if it is not. */
  @Nullable BodyRefusal read(Request request) {
    while (!complete) {
      Content.Chunk chunk = request.read();
      if (chunk == null) {
        return null;
      }
      if (Content.Chunk.isFailure(chunk)) {
        // Jetty's idle timeout may be shorter than the time for a body.
        return chunk.getFailure() instanceof TimeoutException
            ? BodyRefusal.TIMEOUT
            : BodyRefusal.BROKEN;
      }
      boolean fits = chunk.remaining() <= ClientsConfiguration.MAX_BODY_BYTES - length;
      if (fits) {
        add(chunk.getByteBuffer());
      }
      chunk.release();
      if (!fits) {
        return BodyRefusal.TOO_LARGE;
      }
      complete = chunk.isLast();
    }
    return null;
  }

  private void add(ByteBuffer more) {
    int needed = length + more.remaining();
    if (needed > bytes.length) {
      int doubled = Math.min(2 * bytes.length, ClientsConfiguration.MAX_BODY_BYTES);
      bytes = Arrays.copyOf(bytes, Math.max(needed, doubled));
    }
    more.get(bytes, length, more.remaining());
    length = needed;
  }

  boolean isComplete() {
    return complete;
  }

  /** Returns the memory that it takes. */
  int size() {
    return bytes.length;
  }

  ByteBuffer content() {
    return ByteBuffer.wrap(bytes, 0, length);
  }
}
