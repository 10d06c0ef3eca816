package dev.warmgate.connector;

import static dev.warmgate.testkit.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.request.Public;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.Eventually;
import dev.warmgate.testkit.RawHttp;
import dev.warmgate.testkit.RunningService;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sends bodies in pieces, in every form that HTTP/1.1 has, and bodies that are not accepted. */
final class WholeBodiesIT {
  private static final String PATH = "/length";
  private static final String HEAD =
      "POST " + PATH + " HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n";
  private static final String LAST = HEAD + "Connection: close\r\n";
  private static final int LIMIT = 64 * 1024;
  private static final int MOST = 3;
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  @RegisterExtension
  static final RunningService SERVICE =
      new RunningService()
          .with("clients.patience", PATIENCE.toSeconds() + "s")
          .with("clients.unfinished_per_address", Integer.toString(MOST))
          .withResource(new Length());

  /** On a busy machine a client may not be scheduled for a second while it sends. */
  @RegisterExtension
  static final RunningService PATIENT = new RunningService().withResource(new Length());

  /** Answers with the length of the body that it got. */
  @Path(PATH)
  @Produces(MediaType.APPLICATION_JSON)
  @Public
  public static final class Length {
    @POST
    @Produces(MediaType.APPLICATION_JSON)
    public String of(String body) {
      return "{\"length\": " + body.length() + "}";
    }
  }

  /** Each piece is a packet of its own. */
  private static Answer send(String... pieces) throws Exception {
    try (RawHttp.Connection client = RawHttp.connect("127.0.0.1", SERVICE.port())) {
      for (String piece : pieces) {
        client.send(piece);
        Thread.sleep(20);
      }
      return client.answer();
    }
  }

  @Test
  void readsABodyInPieces() throws Exception {
    assertLength(send(LAST + "Content-Length: 5\r\n\r\n", "a", "bc", "de"), 5);
  }

  @Test
  void readsChunksInPieces() throws Exception {
    assertLength(
        send(
            LAST + "Transfer-Encoding: chunked\r\n\r\n",
            "3;a=b\r\nab",
            "c\r\n2",
            "\r\nde\r\n0\r",
            "\nTrailer: x\r\n",
            "\r\n"),
        5);
  }

  @Test
  void readsABodyOfTheGreatestSizeInPieces() throws Exception {
    String half = "x".repeat(LIMIT / 2);

    assertLength(send(LAST + "Content-Length: " + LIMIT + "\r\n\r\n", half, half), LIMIT);
  }

  @Test
  void readsABodyByByte() throws Exception {
    String[] pieces = "abcdefghijklmnopqrst".split("");
    pieces[0] = LAST + "Content-Length: 20\r\n\r\n" + pieces[0];

    assertLength(send(pieces), 20);
  }

  /** Both answers come in order, although the second request is complete before the first. */
  @Test
  void keepsTheOrderOfPipelinedRequests() {
    String requests =
        HEAD + "Content-Length: 1\r\n\r\na" + HEAD + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n";

    assertThat(RawHttp.statuses(SERVICE.port(), requests + LAST + "Content-Length: 1\r\n\r\na"))
        .containsExactly(200, 200, 200);
  }

  @Test
  void keepsTheOrderOfPipelinedRequestsInPieces() throws Exception {
    try (RawHttp.Connection client = RawHttp.connect("127.0.0.1", SERVICE.port())) {
      client.send(HEAD + "Content-Length: 3\r\n\r\na");
      Thread.sleep(50);
      client.send("bc" + HEAD + "Content-Length: 2\r\n\r\nd");
      Thread.sleep(50);
      client.send("e" + LAST + "Content-Length: 1\r\n\r\nf");

      assertThat(client.answers()).extracting(Answer::status).containsExactly(200, 200, 200);
    }
  }

  @Test
  void asksForABodyThatTheClientOffersToSend() throws Exception {
    try (RawHttp.Connection client = RawHttp.connect("127.0.0.1", SERVICE.port())) {
      client.send(LAST + "Content-Length: 2\r\nExpect: 100-continue\r\n\r\n");
      assertThat(client.line()).isEqualTo("HTTP/1.1 100 Continue");
      client.send("ab");

      assertLength(client.answer(), 2);
    }
  }

  /** The connection would otherwise have to carry a body that nobody wants. */
  @ParameterizedTest
  @ValueSource(strings = {"", "Expect: 100-continue\r\n"})
  void doesNotAskForABodyThatIsTooLarge(String expectation) throws Exception {
    try (RawHttp.Connection client = RawHttp.connect("127.0.0.1", SERVICE.port())) {
      client.send(HEAD + expectation + "Content-Length: " + (LIMIT + 1) + "\r\n\r\n");

      assertThat(client.line()).startsWith("HTTP/1.1 413 ");
    }
  }

  /** It would be reset, and the answer lost, if the service closed the connection at once. */
  @ParameterizedTest
  @ValueSource(
      strings = {"Content-Length: 200000\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n30d40\r\n"})
  void letsAClientThatIsStillSendingReadTheRefusal(String begin) throws Exception {
    String piece = "x".repeat(10_000);
    try (RawHttp.Connection client = RawHttp.connect("127.0.0.1", PATIENT.port())) {
      client.send(HEAD + begin);
      for (int sent = 0; sent < LIMIT; sent += piece.length()) {
        client.send(piece);
      }
      Eventually.within(SOON, () -> client.socket().getInputStream().available() > 0);
      // It is refused by now, and has not noticed.
      for (int i = 0; i < 13; i++) {
        client.send(piece);
        Thread.sleep(5);
      }

      assertProblem(client.answer(), 413, "body_too_large", "");
    }
  }

  @Test
  void refusesChunksThatAreTooLargeTogether() throws Exception {
    String chunk = "8000\r\n" + "x".repeat(LIMIT / 2) + "\r\n";
    Answer refused = send(HEAD + "Transfer-Encoding: chunked\r\n\r\n" + chunk, chunk, "1\r\nx\r\n");

    assertProblem(refused, 413, "body_too_large", "");
    assertThat(refused.header("Connection")).isEqualTo("close");
  }

  @Test
  void refusesABrokenChunkInPieces() throws Exception {
    assertProblem(
        send(HEAD + "Transfer-Encoding: chunked\r\n\r\n", "nonsense\r\n"), 400, "bad_request", "");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Content-Length: 100\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n1\r\na"})
  void answers408ToABodyThatDoesNotEnd(String begin) throws Exception {
    Answer refused = send(HEAD + begin);

    assertProblem(refused, 408, "request_timeout", "");
    assertThat(refused.header("Connection")).isEqualTo("close");
    assertThat(refused.header("Content-Security-Policy")).contains("default-src 'none'");
  }

  /** Jetty's idle timeout begins anew with each byte. */
  @Test
  void answers408ToABodyThatTrickles() throws Exception {
    try (RawHttp.Connection client = RawHttp.connect("127.0.0.1", SERVICE.port())) {
      long begun = System.nanoTime();
      client.send(HEAD + "Content-Length: 1000\r\n\r\n");
      while (client.socket().getInputStream().available() == 0) {
        client.send("x");
        Thread.sleep(20);
        assertThat(Duration.ofNanos(System.nanoTime() - begun))
            .isLessThan(PATIENCE.multipliedBy(5));
      }

      assertThat(client.line()).startsWith("HTTP/1.1 408 ");
    }
  }

  /** Those that have waited longest give way, so clients behind the same address get in. */
  @Test
  void boundsTheUnfinishedRequestsOfAnAddress() throws Exception {
    List<RawHttp.Connection> stalled = new ArrayList<>();
    for (int i = 0; i < MOST; i++) {
      stalled.add(RawHttp.connect("127.0.0.9", SERVICE.port()));
      stalled.getLast().send(HEAD + "Content-Length: 100\r\n\r\n");
      Thread.sleep(50);
    }
    try (RawHttp.Connection neighbour = RawHttp.connect("127.0.0.9", SERVICE.port())) {
      neighbour.send(LAST + "Content-Length: 2\r\n\r\na");
      Answer refused = stalled.getFirst().answer();
      neighbour.send("b");

      assertProblem(refused, 429, "too_many_unfinished", "");
      assertThat(refused.header("Retry-After")).isEqualTo("1");
      assertLength(neighbour.answer(), 2);
      assertThat(stalled.get(1).answer().status()).isEqualTo(408);
    }
    for (RawHttp.Connection client : stalled) {
      client.close();
    }
  }

  @Test
  void givesThePlaceOfAClientBackThatHasGone() throws Exception {
    try (RawHttp.Connection waiting = RawHttp.connect("127.0.0.8", SERVICE.port())) {
      waiting.send(LAST + "Content-Length: 2\r\n\r\na");
      for (int i = 0; i < 4 * MOST; i++) {
        RawHttp.Connection gone = RawHttp.connect("127.0.0.8", SERVICE.port());
        gone.send(HEAD + "Content-Length: 100\r\n\r\nx");
        if (i % 2 == 0) {
          gone.socket().setSoLinger(true, 0);
        }
        gone.close();
        Thread.sleep(20);
      }
      waiting.send("b");

      assertLength(waiting.answer(), 2);
    }
  }

  private static void assertLength(Answer answer, int length) throws IOException {
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
    assertThat(answer.body().path("length").asInt()).isEqualTo(length);
  }
}
