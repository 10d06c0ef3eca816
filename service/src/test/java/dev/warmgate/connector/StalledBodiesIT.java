package dev.warmgate.connector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.RawHttp;
import dev.warmgate.testkit.RunningService;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Sends very many bodies that never end, and uses the service meanwhile. */
final class StalledBodiesIT {
  private static final int SOCKETS = 1_000;
  private static final int ADDRESSES = 10;
  private static final int CHECKS = 100;
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** A third of what the container's health check waits. The gate judges the latency itself. */
  private static final Duration READY_WITHIN = Duration.ofSeconds(1);

  /** Less cannot be told from noise. */
  private static final Duration NOISE = Duration.ofMillis(30);

  /** While every thread waits for a body, a check takes as long as the service is patient. */
  private static final Duration HELD_UP = PATIENCE.minusSeconds(1);

  private static final String POST =
      "POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";

  /** Each begins a body and leaves it unfinished. */
  private static final List<String> UNFINISHED =
      List.of(
          POST + "Content-Length: 65536\r\n\r\n",
          POST + "Content-Length: 65536\r\n\r\n{\"email\": \"",
          POST + "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"ema",
          POST + "Content-Length: 100\r\nExpect: 100-continue\r\n\r\n",
          POST + "Content-Length: 65536\r\n\r\n" + " ".repeat(60_000));

  @RegisterExtension
  static final RunningService SERVICE =
      new RunningService().with("clients.patience", PATIENCE.toSeconds() + "s");

  private final ApiClient api = SERVICE.api();

  @Test
  void isReadyAsFastAsIdleThrough1000StalledBodiesFromTenAddresses() throws Exception {
    readiness();
    List<Duration> idle = readiness();
    List<RawHttp.Connection> stalled = new ArrayList<>();
    List<Duration> meanwhile = new ArrayList<>();
    for (int i = 0; i < SOCKETS; i++) {
      // Addresses other than 127.0.0.1, from which the service is used meanwhile.
      RawHttp.Connection socket = RawHttp.connect("127.0.0." + (2 + i % ADDRESSES), SERVICE.port());
      socket.send(UNFINISHED.get(i / ADDRESSES % UNFINISHED.size()));
      stalled.add(socket);
      if (i % (SOCKETS / CHECKS) == 0) {
        meanwhile.add(readinessCheck());
      }
    }
    meanwhile.sort(null);
    List<Duration> attacked = readiness();
    int login = loginInTwoPieces();
    List<Duration> still = readiness();
    Map<Integer, Integer> answers = answers(stalled);

    assertThat(meanwhile.getLast()).as("while they are opened").isLessThan(HELD_UP);
    assertThat(percentile(95, meanwhile)).isLessThan(READY_WITHIN);
    assertThat(percentile(50, meanwhile))
        .isLessThan(percentile(50, idle).multipliedBy(3).plus(NOISE));
    assertThat(attacked.getLast()).as("slowest, idle: %s", idle.getLast()).isLessThan(HELD_UP);
    assertThat(still.getLast()).isLessThan(HELD_UP);
    assertThat(percentile(95, attacked)).isLessThan(READY_WITHIN);
    assertThat(percentile(50, attacked))
        .isLessThan(percentile(50, idle).multipliedBy(3).plus(NOISE));
    assertThat(login).as("a login that takes two packets").isEqualTo(401);
    assertThat(answers.keySet()).as("%s", answers).isSubsetOf(408, 429, 503);
    assertThat(answers.values().stream().mapToInt(i -> i).sum()).isEqualTo(SOCKETS);
  }

  /** Returns how long each check took, the fastest first. */
  private List<Duration> readiness() {
    return IntStream.range(0, CHECKS).mapToObj(i -> readinessCheck()).sorted().toList();
  }

  private Duration readinessCheck() {
    long asked = System.nanoTime();
    assertThat(api.get("/health-check").status()).isEqualTo(200);
    return Duration.ofNanos(System.nanoTime() - asked);
  }

  private static Duration percentile(int percent, List<Duration> sorted) {
    return sorted.get(sorted.size() * percent / 100);
  }

  private static int loginInTwoPieces() throws Exception {
    String body = "{\"email\": \"nobody@example.com\", \"password\": \"seven quiet lanterns\"}";
    try (RawHttp.Connection client = RawHttp.connect("127.0.0.1", SERVICE.port())) {
      client.send(POST + "Connection: close\r\nContent-Length: " + body.length() + "\r\n\r\n");
      client.send(body.substring(0, 20));
      Thread.sleep(100);
      client.send(body.substring(20));
      return client.answer().status();
    }
  }

  private static Map<Integer, Integer> answers(List<RawHttp.Connection> sockets) {
    Map<Integer, Integer> answers = new TreeMap<>();
    for (RawHttp.Connection socket : sockets) {
      try (socket) {
        Answer answer = socket.answer();
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.header("Connection")).isEqualTo("close");
        answers.merge(answer.status(), 1, Integer::sum);
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
    }
    return answers;
  }
}
