package dev.warmgate.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

final class RootCauseTest {
  @Test
  void isTheInnermostCauseInOneLine() {
    assertThat(
            RootCause.of(new IOException("outer", new ConnectException("Connection\n  refused"))))
        .isEqualTo("Connection refused");
    assertThat(RootCause.of(new IOException("outer", new UnknownHostException("db.internal"))))
        .isEqualTo("unknown host db.internal");
    assertThat(RootCause.of(new IOException(new EOFException()))).isEqualTo("EOFException");
    assertThat(RootCause.of(new IOException("lost"), "redis.url, REDIS_URL"))
        .isEqualTo("lost (see redis.url, REDIS_URL)");
  }

  @Test
  void endsInACircle() {
    IOException first = new IOException("first");
    first.initCause(new IOException("second", first));

    assertThat(RootCause.of(first)).isIn("first", "second");
  }
}
