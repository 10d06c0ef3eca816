package dev.warmgate.loadtest.remote;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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
  private static final int LONGEST_WAIT_SECONDS = 5;

  /** Each deletion needs a login and so a password hash: more at once would only queue. */
  private static final int AT_ONCE = 4;

  private static final Pattern ACCESS_TOKEN = Pattern.compile("\"access_token\":\"([^\"]+)\"");

  private final String baseUrl;
  private final String serviceKey;

  /** An account of the load test; its text form omits the password. */
  public record Account(String email, String password) {
    String json() {
      return "{\"email\":\"" + email + "\",\"password\":\"" + password + "\"}";
    }

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
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer = send(client, post("register", account));
      if (answer.statusCode() != 201) {
        throw new IOException(
            "%s refused to create an account for the load: %d%s"
                .formatted(baseUrl, answer.statusCode(), advice(answer.statusCode())));
      }
    }
  }

  /**
   * Deletes the accounts that exist.
   *
   * @return the accounts that may still exist
   */
  public List<Account> delete(Collection<Account> accounts) throws InterruptedException {
    List<Account> left = new ArrayList<>();
    try (HttpClient client = HttpClient.newHttpClient();
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
      Map<Account, Future<Boolean>> deletions = new LinkedHashMap<>();
      accounts.forEach(
          account -> deletions.put(account, threads.submit(() -> isDeleted(client, account))));
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

  private boolean isDeleted(HttpClient client, Account account)
      throws IOException, InterruptedException {
    HttpResponse<String> login = send(client, post("login", account));
    Matcher token = ACCESS_TOKEN.matcher(login.body());
    if (login.statusCode() == 401) {
      // The account was never created or is already deleted.
      return true;
    }
    if (login.statusCode() != 200 || !token.find()) {
      return false;
    }
    HttpRequest.Builder deletion =
        request("me")
            .header("Authorization", "Bearer " + token.group(1))
            .method(
                "DELETE",
                HttpRequest.BodyPublishers.ofString(
                    "{\"password\":\"" + account.password() + "\"}"));
    return send(client, deletion).statusCode() == 204;
  }

  private HttpRequest.Builder post(String endpoint, Account account) {
    return request(endpoint).POST(HttpRequest.BodyPublishers.ofString(account.json()));
  }

  private HttpRequest.Builder request(String endpoint) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(baseUrl + "/api/v1/auth/" + endpoint))
            .timeout(LIMIT)
            .header("Content-Type", "application/json");
    headers().forEach(request::header);
    return request;
  }

  /** Retries when told to, because the load itself may keep the service busy. */
  private static HttpResponse<String> send(HttpClient client, HttpRequest.Builder request)
      throws IOException, InterruptedException {
    HttpResponse<String> answer =
        client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    for (int attempt = 1; attempt < ATTEMPTS && isRetryable(answer); attempt++) {
      long seconds = answer.headers().firstValueAsLong("Retry-After").orElse(1);
      Thread.sleep(Duration.ofSeconds(Math.clamp(seconds, 1, LONGEST_WAIT_SECONDS)));
      answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
    return answer;
  }

  private static boolean isRetryable(HttpResponse<String> answer) {
    return answer.statusCode() == 429 || answer.statusCode() == 503;
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
