package dev.warmgate.cli.validate;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Thrown if something does not answer as Warmgate does; the message says in one sentence what
 * happened instead.
 */
final class ProbeFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  ProbeFailure(String message) {
    super(message);
  }

  /** Explains why no answer came. */
  static ProbeFailure of(Throwable failed, Duration timeout) {
    return new ProbeFailure(sentence(failed, timeout));
  }

  private static String sentence(Throwable failed, Duration timeout) {
    if (failed instanceof SSLException tls) {
      return "TLS failed: " + Reply.printable(String.valueOf(tls.getMessage()));
    }
    if (failed instanceof HttpTimeoutException
        || failed instanceof SocketTimeoutException
        || failed instanceof TimeoutException) {
      return "no complete answer within %d s (--timeout)".formatted(timeout.toSeconds());
    }
    if (causedBy(failed, UnresolvedAddressException.class)
        || causedBy(failed, UnknownHostException.class)) {
      return "the host name is unknown";
    }
    if (failed instanceof NoRouteToHostException) {
      return "no route to the host";
    }
    if (failed instanceof ConnectException) {
      return "connection refused: nothing listens there";
    }
    String message = Reply.printable(String.valueOf(failed.getMessage()));
    if (message.contains("exceeds capacity")) {
      return "answered with more than 1 MiB";
    }
    if (failed instanceof ProtocolException || message.contains("status line")) {
      return "does not speak HTTP there";
    }
    return "the connection was closed without an answer (%s)".formatted(message);
  }

  private static boolean causedBy(@Nullable Throwable failed, Class<?> kind) {
    return failed != null && (kind.isInstance(failed) || causedBy(failed.getCause(), kind));
  }
}
