package dev.warmgate.loadtest.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmgate.loadtest.http.ApiClient;
import dev.warmgate.loadtest.http.Json;
import dev.warmgate.loadtest.stack.Stack;
import dev.warmgate.loadtest.testkit.TestStack;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DeploymentIT {
  /** More than the limit of 20 per minute and address. */
  private static final int MANY = 30;

  @TempDir private static Path directory;
  private static Stack stack;
  private static String serviceKey;

  private final String run = UUID.randomUUID().toString();

  @BeforeAll
  static void startStack() throws IOException, InterruptedException {
    stack = TestStack.start(directory, Map.of("AGENT", "off", "SERVICE_KEY", "on"));
    serviceKey = stack.serviceKey();
  }

  @AfterAll
  static void stopStack() {
    stack.close();
  }

  @Test
  void createsMoreAccountsThanTheLimitPerAddressAndDeletesThemAll() throws Exception {
    Deployment deployment = new Deployment(stack.address().baseUrl() + "/", serviceKey);
    List<Deployment.Account> accounts = accounts(MANY);
    for (Deployment.Account account : accounts) {
      deployment.register(account);
    }
    assertThatThrownBy(() -> deployment.register(accounts.getFirst())).hasMessageContaining("409");

    assertThat(deployment.delete(accounts)).isEmpty();
    // The address can register again.
    deployment.register(accounts.getFirst());
    assertThat(deployment.delete(accounts)).as("most accounts no longer exist").isEmpty();
  }

  @Test
  void returnsTheAccountsThatItCouldNotDelete() throws Exception {
    Deployment deployment = new Deployment(stack.address().baseUrl(), serviceKey);
    Deployment nowhere = new Deployment("http://127.0.0.1:1", serviceKey);
    List<Deployment.Account> accounts = accounts(2);

    assertThat(nowhere.delete(accounts)).isEqualTo(accounts);
    assertThat(accounts.toString()).contains(Deployment.DOMAIN).doesNotContain("lanterns");
    assertThat(deployment.delete(accounts)).isEmpty();
  }

  @Test
  void reportsWhyARegistrationWasRefused() {
    Deployment stranger = new Deployment(stack.address().baseUrl(), "wg_sk_" + "A".repeat(43));

    assertThatThrownBy(() -> stranger.register(accounts(1).getFirst()))
        .hasMessageContaining("401 (the service key is not valid there)");
  }

  @Test
  void deletesAllAccountsOfALoadIncludingThoseOfStrangers() throws Exception {
    Deployment deployment = new Deployment(stack.address().baseUrl(), serviceKey);
    Accounts accounts = new Accounts(3, deployment);
    accounts.register();
    Iterator<Map<String, Object>> strangers = accounts.strangers();
    Map<String, Object> stranger = strangers.next();
    String email = stranger.get("email").toString();
    String password = stranger.get("password").toString();
    deployment.register(new Deployment.Account(email, password));
    String newcomer = Json.credentials(email, password);
    assertThat(login(newcomer)).isEqualTo(200);
    assertThat(login(accounts.credentials(2))).isEqualTo(200);

    assertThat(accounts.delete()).isEmpty();

    assertThat(login(newcomer)).isEqualTo(401);
    assertThat(login(accounts.credentials(2))).isEqualTo(401);
    assertThat(strangers.hasNext()).as("no stranger comes after the deletion").isFalse();
    assertThat(accounts.inTurn().hasNext()).isFalse();
  }

  private static int login(String credentials) throws IOException, InterruptedException {
    try (ApiClient client = new ApiClient(stack.address().baseUrl())) {
      return client.post("/api/v1/auth/login", "", credentials).status();
    }
  }

  private List<Deployment.Account> accounts(int count) {
    return IntStream.range(0, count)
        .mapToObj(i ->
            new Deployment.Account(
                "gate-" + i + "-" + run + "@" + Deployment.DOMAIN, "seven quiet lanterns"))
        .toList();
  }
}
