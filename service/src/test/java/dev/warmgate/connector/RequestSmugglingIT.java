package dev.warmgate.connector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.RawHttp;
import dev.warmgate.testkit.RunningService;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Sends requests whose end a proxy may see elsewhere, each followed by a second one: the service
 * answers once, with 400, and closes the connection (RFC 9112, sections 2.2, 5.1, 6.3 and 7.1).
 */
@Tag("quick")
final class RequestSmugglingIT {
  private static final String POST =
      "POST /api/v1/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
  private static final String CHUNKED = POST + "Transfer-Encoding: chunked\r\n\r\n";
  private static final String SECOND =
      "GET /nothing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

  @RegisterExtension
  static final RunningService SERVICE = new RunningService().with("clients.patience", "1s");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 5\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n0\\r\\n\\r\\n",
        "Transfer-Encoding: chunked\\r\\nContent-Length: 5\\r\\n\\r\\n0\\r\\n\\r\\n",
        "Content-Length: 2\\r\\nContent-Length: 0\\r\\n\\r\\n{}",
        "Content-Length: 2\\r\\nContent-Length: 2\\r\\n\\r\\n{}",
        "Content-Length: 2, 2\\r\\n\\r\\n{}",
        "Content-Length: +2\\r\\n\\r\\n{}",
        "Content-Length: 0x2\\r\\n\\r\\n{}",
        "Content-Length: 18446744073709551618\\r\\n\\r\\n{}",
        "Content-Length : 2\\r\\n\\r\\n{}",
        "Transfer-Encoding : chunked\\r\\n\\r\\n0\\r\\n\\r\\n",
        "Transfer-Encoding: xchunked\\r\\n\\r\\n0\\r\\n\\r\\n",
        "Transfer-Encoding: identity\\r\\n\\r\\n",
        "Transfer-Encoding: chunked, identity\\r\\n\\r\\n0\\r\\n\\r\\n",
        "Transfer-Encoding: chunked, chunked\\r\\n\\r\\n0\\r\\n\\r\\n",
        "Transfer-Encoding: \\13chunked\\r\\n\\r\\n0\\r\\n\\r\\n",
        "Transfer-Encoding:\\r\\n chunked\\r\\n\\r\\n0\\r\\n\\r\\n",
        "X: folded\\r\\n Transfer-Encoding: chunked\\r\\n\\r\\n",
        " X: before the first name\\r\\n\\r\\n",
        "X: bare LF\\nContent-Length: 2\\r\\n\\r\\n{}",
        "X: bare LF at the end\\r\\nContent-Length: 2\\r\\n\\n{}",
        "X: bare CR\\rContent-Length: 2\\r\\n\\r\\n{}",
        "X: NUL\\0\\r\\n\\r\\n",
        "No colon\\r\\n\\r\\n",
      })
  void refusesAnAmbiguousHeader(String header) {
    for (int port : new int[] {SERVICE.port(), SERVICE.adminPort()}) {
      assertThat(RawHttp.statuses(port, POST + header.translateEscapes() + SECOND))
          .containsExactly(400);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // Line ends within a chunk extension (CVE-2026-2332), quoted and not.
        "1;a=\"\\r\\nX\\r\\n0\\r\\n\\r\\n",
        "1;a=\"\\nX\\r\\n0\\r\\n\\r\\n",
        "1;a\\nX\\r\\n0\\r\\n\\r\\n",
        "1;a\\rX\\r\\n0\\r\\n\\r\\n",
        // Bare line ends around a chunk.
        "1\\nX\\r\\n0\\r\\n\\r\\n",
        "1\\r\\nX\\n0\\r\\n\\r\\n",
        "1\\r\\nX\\r\\n0\\n\\r\\n",
        "1\\r\\nX\\r\\n0\\r\\n\\n",
        "1\\r\\nX\\r\\n0\\r\\nTrailer: bare LF\\n\\r\\n",
        // Sizes that overflow, or are none.
        "10000000000000001\\r\\nX\\r\\n0\\r\\n\\r\\n",
        "-1\\r\\nX\\r\\n0\\r\\n\\r\\n",
        "+1\\r\\nX\\r\\n0\\r\\n\\r\\n",
        "0x1\\r\\nX\\r\\n0\\r\\n\\r\\n",
        "1_0\\r\\nX\\r\\n0\\r\\n\\r\\n",
        "\\r\\nX\\r\\n0\\r\\n\\r\\n",
        ";a\\r\\nX\\r\\n0\\r\\n\\r\\n",
        // More or less than the size says.
        "1\\r\\nXX\\r\\n0\\r\\n\\r\\n",
        "2\\r\\nX\\r\\n0\\r\\n\\r\\n",
      })
  void refusesAnAmbiguousChunk(String chunks) {
    String request = CHUNKED + chunks.translateEscapes() + SECOND;

    for (int port : new int[] {SERVICE.port(), SERVICE.adminPort()}) {
      assertThat(RawHttp.statuses(port, request)).containsExactly(400);
    }
  }

  /** A size that overflows 32 bits is valid; the second request is a part of the chunk. */
  @Test
  void waitsInVainForTheEndOfAHugeChunk() {
    String request = CHUNKED + "100000001\r\nX\r\n0\r\n\r\n" + SECOND;

    for (int port : new int[] {SERVICE.port(), SERVICE.adminPort()}) {
      assertThat(RawHttp.statuses(port, request)).containsExactly(408);
    }
  }

  /** Proves that a second answer would be seen. A recipient must ignore chunk extensions. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 2\\r\\n\\r\\n{}",
        "Transfer-Encoding: chunked\\r\\n\\r\\n2\\r\\n{}\\r\\n0\\r\\n\\r\\n",
        "Transfer-Encoding: chunked\\r\\n\\r\\n2;a=b;c=\"d;e\"\\r\\n{}\\r\\n0;f\\r\\n\\r\\n",
        "Transfer-Encoding: chunked\\r\\n\\r\\n2\\r\\n{}\\r\\n0\\r\\nTrailer: x\\r\\n\\r\\n",
      })
  void answersBothRequestsIfTheEndIsClear(String request) {
    for (int port : new int[] {SERVICE.port(), SERVICE.adminPort()}) {
      assertThat(RawHttp.statuses(port, POST + request.translateEscapes() + SECOND))
          .hasSize(2)
          .endsWith(404);
    }
  }
}
