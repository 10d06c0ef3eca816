package dev.warmgate.password;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.RunningService;
import dev.warmgate.testkit.StubServer;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Checks that new passwords are checked for breaches and passwords at a login are not. */
final class BreachedPasswordsIT {
  /** Its SHA-1 is 851E4 followed by {@link #REST}. */
  private static final String BREACHED = "tumbling lantern 7";

  private static final String REST = "C512CB5885D351CEBFD96458E9206554412";

  private static final AtomicInteger REQUESTS = new AtomicInteger();
  private static final StubServer SERVER = serve();

  @RegisterExtension
  static final RunningService SERVICE =
      new RunningService()
          .with("webhooks.allow", "127.0.0.0/8")
          .with("password.breach_check.url", SERVER.url(""));

  private final ApiClient api = SERVICE.api();

  private static StubServer serve() {
    return new StubServer(exchange -> {
      REQUESTS.incrementAndGet();
      boolean matches = exchange.getRequestURI().getPath().equals("/range/851E4");
      byte[] body = ((matches ? REST : "0" + REST.substring(1)) + ":17").getBytes(US_ASCII);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    });
  }

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  @Test
  void refusesABreachedPasswordAtRegistrationAndChange() {
    String email = newEmail();
    Answer refused =
        api.post("/api/v1/auth/register", Map.of("email", email, "password", BREACHED));
    String token = api.register(email).text("access_token");
    Answer kept =
        api.post(
            "/api/v1/auth/password",
            token,
            Map.of("current_password", PASSWORD, "new_password", BREACHED));

    for (Answer answer : new Answer[] {refused, kept}) {
      assertThat(answer.status()).isEqualTo(422);
      assertThat(answer.code()).isEqualTo("weak_password");
      assertThat(answer.body().at("/errors/0/message").asText()).contains("breach");
    }
    assertThat(api.login(email, PASSWORD).status()).isEqualTo(200);
  }

  @Test
  void checksNothingAtALogin() {
    String email = newEmail();
    api.register(email);
    int requests = REQUESTS.get();

    assertThat(api.login(email, PASSWORD).status()).isEqualTo(200);
    assertThat(api.login(email, BREACHED).status()).isEqualTo(401);
    assertThat(REQUESTS).hasValue(requests);
  }
}
