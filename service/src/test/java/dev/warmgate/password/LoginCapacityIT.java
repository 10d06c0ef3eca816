package dev.warmgate.password;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Parallel;
import dev.warmgate.testkit.RunningService;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tests concurrent logins with one hashing thread and no queue. */
final class LoginCapacityIT {
  @RegisterExtension
  static final RunningService SERVICE =
      new RunningService()
          .with("hashing.threads", "1")
          // An admitted hash may wait as long as a hash takes, and threads may start late.
          .with("hashing.memory_kib", "65536")
          .with("hashing.iterations", "10")
          .with("login.queue", "0ms");

  private final ApiClient api = SERVICE.api();

  @Test
  void refusesExcessLoginsAtOnceAndServesTheRest() throws Exception {
    String email = newEmail();
    api.register(email);
    long before = SERVICE.statements("dev.warmgate.account.");

    List<Answer> answers = Parallel.run(8, i -> api.login(email, PASSWORD));

    List<Answer> refused = answers.stream().filter(answer -> answer.status() != 200).toList();
    assertThat(refused)
        .isNotEmpty()
        .hasSizeLessThan(8)
        .allSatisfy(answer -> {
          assertThat(answer.status()).isEqualTo(503);
          assertThat(answer.code()).isEqualTo("login_capacity_exceeded");
          assertThat(Integer.parseInt(answer.header("Retry-After"))).isPositive();
        });
    assertThat(SERVICE.statements("dev.warmgate.account.") - before)
        .as("refused logins run no statement")
        .isEqualTo(8 - refused.size());
    assertThat(api.login(email, PASSWORD).status()).isEqualTo(200);
  }
}
