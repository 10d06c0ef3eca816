package dev.warmgate.database;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Parallel;
import dev.warmgate.testkit.RunningService;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Checks that hashing holds no connection: there is one connection, and six hashes take longer than
 * a request waits for it.
 */
final class SmallPoolIT {
  private static final int CLIENTS = 6;

  @RegisterExtension
  static final RunningService SERVICE =
      new RunningService()
          .with("database.pool_size", "1")
          .with("database.acquire_timeout", "400ms")
          .with("hashing.memory_kib", "65536")
          .with("hashing.iterations", "6")
          .with("hashing.threads", "2")
          .with("switches.hashing_bound", "false");

  private final ApiClient api = SERVICE.api();

  @Test
  void holdsNoConnectionWhileItHashes() throws Exception {
    List<String> emails =
        java.util.stream.Stream.generate(ApiClient::newEmail).limit(CLIENTS).toList();

    List<Answer> registered = Parallel.run(CLIENTS, i -> api.register(emails.get(i)));
    assertThat(registered).extracting(Answer::status).containsOnly(201);

    List<Answer> loggedIn = Parallel.run(CLIENTS, i -> api.login(emails.get(i), PASSWORD));
    assertThat(loggedIn).extracting(Answer::status).containsOnly(200);

    List<Answer> changed =
        Parallel.run(
            CLIENTS,
            i ->
                api.post(
                    "/api/v1/auth/password",
                    registered.get(i).text("access_token"),
                    Map.of("current_password", PASSWORD, "new_password", "another " + PASSWORD)));
    assertThat(changed).extracting(Answer::status).containsOnly(200);
  }

  @Test
  void holdsNoConnectionForAnUnknownAccountEither() throws Exception {
    List<Answer> refused = Parallel.run(CLIENTS, i -> api.login(newEmail(), PASSWORD));

    assertThat(refused).extracting(Answer::status).containsOnly(401);
  }
}
