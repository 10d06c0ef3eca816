package dev.warmgate.loadtest.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.loadtest.http.ApiClient;
import dev.warmgate.loadtest.http.Json;
import dev.warmgate.loadtest.stack.Stack;
import dev.warmgate.loadtest.testkit.TestStack;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AccountsIT {
  @TempDir private Path directory;

  @Test
  void deletesAllAccountsIncludingThoseOfStrangers() throws Exception {
    try (Stack stack = TestStack.start(directory, Map.of("AGENT", "off", "RATE_LIMITS", "off"))) {
      String url = stack.address().baseUrl();
      Deployment deployment = new Deployment(url, "");
      Accounts accounts = new Accounts(3, deployment);
      accounts.register();
      Iterator<Map<String, Object>> strangers = accounts.strangers();
      Map<String, Object> stranger = strangers.next();
      String email = stranger.get("email").toString();
      String password = stranger.get("password").toString();
      deployment.register(new Deployment.Account(email, password));
      String newcomer = Json.credentials(email, password);
      assertThat(login(url, newcomer)).isEqualTo(200);
      assertThat(login(url, accounts.credentials(2))).isEqualTo(200);

      assertThat(accounts.delete()).isEmpty();

      assertThat(login(url, newcomer)).isEqualTo(401);
      assertThat(login(url, accounts.credentials(2))).isEqualTo(401);
      assertThat(strangers.hasNext()).as("no stranger comes after the deletion").isFalse();
      assertThat(accounts.inTurn().hasNext()).isFalse();
    }
  }

  private static int login(String url, String credentials)
      throws IOException, InterruptedException {
    try (ApiClient client = new ApiClient(url)) {
      return client.post("/api/v1/auth/login", "", credentials).status();
    }
  }
}
