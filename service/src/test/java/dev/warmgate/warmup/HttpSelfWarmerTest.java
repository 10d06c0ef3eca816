package dev.warmgate.warmup;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Warms up a server whose first answers are refusals, as under logins before it is ready. */
final class HttpSelfWarmerTest {
  private final AtomicInteger registrations = new AtomicInteger();
  private final Server server = new Server();

  @AfterEach
  void stop() throws Exception {
    server.stop();
  }

  @Test
  void registersAgainWhileThereIsNoRoomForIt() throws Exception {
    Warmed warmed = warm(2, Duration.ofSeconds(5));

    assertThat(warmed.outcome()).isNotEqualTo(Warmed.Outcome.FAILED);
    assertThat(registrations).hasValue(3);
  }

  @Test
  void failsIfThereIsNoRoomUntilTheBudgetIsSpent() throws Exception {
    Warmed warmed = warm(Integer.MAX_VALUE, Duration.ofSeconds(2));

    assertThat(warmed).isEqualTo(Warmed.failed("registration returned status 503"));
    assertThat(registrations).hasValueGreaterThan(1);
  }

  private Warmed warm(int refusals, Duration budget) throws Exception {
    ServerConnector port = new ServerConnector(server);
    port.setName("application");
    port.setHost("127.0.0.1");
    server.addConnector(port);
    server.setHandler(new Answers(refusals));
    server.start();
    HttpSelfWarmer warmer =
        new HttpSelfWarmer(
            WarmupMark.open(),
            List.of(ApiForm.OWN),
            budget,
            1,
            "localhost",
            "warmup.invalid",
            _ -> {});
    warmer.serverStarted(server);
    return warmer.call();
  }

  private final class Answers extends Handler.Abstract {
    private final int refusals;

    private Answers(int refusals) {
      this.refusals = refusals;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      String path = request.getHttpURI().getPath();
      response.setStatus(200);
      if (path.equals(ApiForm.REGISTER)) {
        response.setStatus(registrations.incrementAndGet() <= refusals ? 503 : 201);
      } else if (path.equals(ApiForm.OWN.logout())) {
        response.setStatus(204);
      }
      boolean empty = response.getStatus() == 204;
      Content.Sink.write(
          response,
          true,
          empty ? "" : "{\"access_token\":\"a\",\"refresh_token\":\"b\"}",
          callback);
      return true;
    }
  }
}
