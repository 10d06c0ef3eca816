package dev.warmgate.loadtest.load;

import dev.warmgate.loadtest.http.ApiClient;
import dev.warmgate.loadtest.http.Json;
import dev.warmgate.loadtest.http.Reply;
import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A deployed Warmgate under a load test: creates accounts and deletes them again, and returns the
 * accounts that it could not delete.
 */
public final class Deployment {
  /** The domain of load-test accounts; it never receives mail (RFC 2606). */
  public static final String DOMAIN = "load-test.invalid";

  /** The header with the service key that lifts the rate limits per address. */
  public static final String HEADER = "X-Warmgate-Load-Test";

  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final int ATTEMPTS = 6;

  /** More, because an account that is left has to be deleted by hand. */
  private static final int ATTEMPTS_TO_DELETE = 20;

  private static final int LONGEST_WAIT_SECONDS = 5;

  /** Each deletion needs a login and so a password hash: more at once would only queue. */
  private static final int AT_ONCE = 4;

  private final String baseUrl;
  private final String serviceKey;
  private final ApiClient client;

  /** An account of the load test; its text form omits the password. */
  public record Account(String email, String password) {
    @Override
    public String toString() {
      return email;
    }
  }

  /**
   * @param serviceKey a key of scope {@code load-test}; empty to keep the limits per address
   */
  public Deployment(String baseUrl, String serviceKey) {
    this.baseUrl = baseUrl.replaceFirst("/+$", "");
    this.serviceKey = serviceKey;
    this.client = new ApiClient(this.baseUrl);
  }

  public String baseUrl() {
    return baseUrl;
  }

  /** Returns the service key, or "" if there is none. */
  public String serviceKey() {
    return serviceKey;
  }

  /** Returns the headers for every request of the load. */
  public Map<String, String> headers() {
    return serviceKey.isEmpty() ? Map.of() : Map.of(HEADER, serviceKey);
  }

  /**
   * Creates the account.
   *
   * @throws IOException with the reason if the service refuses
   */
  public void register(Account account) throws IOException, InterruptedException {
    Reply answer = retrying(ATTEMPTS, () -> post("register", account));
    if (answer.status() != 201) {
      throw new IOException(
          "%s refused to create an account for the load: %d%s"
              .formatted(baseUrl, answer.status(), advice(answer.status())));
    }
  }

  /**
   * Deletes the accounts that exist.
   *
   * @return the accounts that may still exist
   */
  public List<Account> delete(Collection<Account> accounts) throws InterruptedException {
    List<Account> left = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
      Map<Account, Future<Boolean>> deletions = new LinkedHashMap<>();
      accounts.forEach(account -> deletions.put(account, threads.submit(() -> isGone(account))));
      for (Map.Entry<Account, Future<Boolean>> deletion : deletions.entrySet()) {
        try {
          if (!deletion.getValue().get()) {
            left.add(deletion.getKey());
          }
        } catch (ExecutionException unreachable) {
          left.add(deletion.getKey());
        }
      }
    }
    return left;
  }

  /** An answer that is late may come from a deletion that was carried out, which a login shows. */
  private boolean isGone(Account account) throws IOException, InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        return isDeleted(account);
      } catch (HttpTimeoutException busy) {
        if (attempt == ATTEMPTS) {
          throw busy;
        }
      }
    }
  }

  private boolean isDeleted(Account account) throws IOException, InterruptedException {
    Reply login = retrying(ATTEMPTS_TO_DELETE, () -> post("login", account));
    if (login.status() == 401) {
      // The account was never created or is already deleted.
      return true;
    }
    if (login.status() != 200) {
      return false;
    }
    String token = login.field("access_token");
    String body = Json.of("password", account.password());
    return retrying(ATTEMPTS_TO_DELETE, () -> call("DELETE", "me").token(token).json(body).send())
            .status()
        == 204;
  }

  private Reply post(String endpoint, Account account) throws IOException, InterruptedException {
    return call("POST", endpoint)
        .json(Json.credentials(account.email(), account.password()))
        .send();
  }

  private ApiClient.Call call(String method, String endpoint) {
    ApiClient.Call call = client.call(method, "/api/v1/auth/" + endpoint).limit(LIMIT);
    headers().forEach(call::header);
    return call;
  }

  private interface Sending {
    Reply send() throws IOException, InterruptedException;
  }

  /** Retries when told to, because the load itself may keep the service busy. */
  private static Reply retrying(int attempts, Sending request)
      throws IOException, InterruptedException {
    Reply answer = request.send();
    for (int attempt = 1; attempt < attempts && isRetryable(answer.status()); attempt++) {
      long seconds = answer.headers().firstValueAsLong("Retry-After").orElse(1);
      Thread.sleep(Duration.ofSeconds(Math.clamp(seconds, 1, LONGEST_WAIT_SECONDS)));
      answer = request.send();
    }
    return answer;
  }

  private static boolean isRetryable(int status) {
    return status == 429 || status == 503;
  }

  private static String advice(int status) {
    return switch (status) {
      case 401 -> " (the service key is not valid there)";
      case 403 -> " (the service key lacks the scope load-test)";
      case 429 -> " (a service key of scope load-test lifts the limit per address)";
      default -> "";
    };
  }
}
