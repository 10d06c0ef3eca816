package dev.warmgate.filter;

import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import jakarta.ws.rs.ext.ReaderInterceptor;
import jakarta.ws.rs.ext.ReaderInterceptorContext;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Stops reading a body after 64 KiB, whatever its Content-Length says. */
public final class BodyLimit implements ReaderInterceptor {
  private static final int MAX_BYTES = 64 * 1024;

  @Override
  public Object aroundReadFrom(ReaderInterceptorContext context) throws IOException {
    context.setInputStream(limited(context.getInputStream()));
    return context.proceed();
  }

  /** For a filter that reads the body before the endpoint does. */
  static InputStream limited(InputStream body) {
    return new Limited(body);
  }

  private static final class Limited extends FilterInputStream {
    private int left = MAX_BYTES;

    Limited(InputStream body) {
      super(body);
    }

    @Override
    public int read() throws IOException {
      int read = super.read();
      count(read < 0 ? 0 : 1);
      return read;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int read = super.read(buffer, offset, length);
      count(Math.max(0, read));
      return read;
    }

    private void count(int read) {
      left -= read;
      if (left < 0) {
        throw new ApiException(ProblemType.BODY_TOO_LARGE, "A body may have at most 65,536 bytes");
      }
    }
  }
}
