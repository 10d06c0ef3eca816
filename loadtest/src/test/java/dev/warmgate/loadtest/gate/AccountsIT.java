package dev.warmgate.loadtest.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.loadtest.Stack;
import dev.warmgate.loadtest.StackOptions;
import dev.warmgate.loadtest.remote.Deployment;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AccountsIT {
  @TempDir private Path directory;

  @Test
  void deletesAllAccountsIncludingThoseOfStrangers() throws Exception {
    Path project = Path.of(System.getProperty("warmgate.root"));
    StackOptions options =
        new StackOptions(
            project, directory, 0, 0, false, Map.of("AGENT", "off", "RATE_LIMITS", "off"));
    try (Stack stack = Stack.started(options, line -> {})) {
      String url = stack.address().baseUrl();
      Deployment deployment = new Deployment(url, "");
      Accounts accounts = new Accounts(3, deployment);
      accounts.register();
      Iterator<Map<String, Object>> strangers = accounts.strangers();
      Map<String, Object> stranger = strangers.next();
      String email = stranger.get("email").toString();
      String password = stranger.get("password").toString();
      deployment.register(new Deployment.Account(email, password));
      String newcomer = "{\"email\":\"%s\",\"password\":\"%s\"}".formatted(email, password);
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
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(url + "/api/v1/auth/login"))
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString(credentials))
              .build();
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }
  }
}
