package dev.warmgate.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP client of the service; fails the test if a connection fails, or if the contract does not
 * describe an answer of the API, but not if the answer is an error.
 */
public final class ApiClient {
  public static final String PASSWORD = "correct horse battery staple";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http;
  private final String base;
  private final Map<String, String> headers;
  private final @Nullable Contract contract;

  private ApiClient(
      HttpClient http, String base, Map<String, String> headers, @Nullable Contract contract) {
    this.http = http;
    this.base = base;
    this.headers = headers;
    this.contract = contract;
  }

  static ApiClient ofApi(int port) {
    return of(port, Contract.delivered());
  }

  /** Returns a client of the admin port, which the contract does not describe. */
  static ApiClient ofAdminPort(int port) {
    return of(port, null);
  }

  private static ApiClient of(int port, @Nullable Contract contract) {
    return new ApiClient(
        HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build(),
        "http://127.0.0.1:" + port,
        Map.of(),
        contract);
  }

  /** Returns a client that also sends this header with each request. */
  public ApiClient with(String header, String value) {
    Map<String, String> more = new HashMap<>(headers);
    more.put(header, value);
    return new ApiClient(http, base, more, contract);
  }

  /**
   * Returns a client with this address, sent in X-Forwarded-For; the service must trust 127.0.0.1.
   */
  public ApiClient from(String address) {
    return with("X-Forwarded-For", address);
  }

  public static String newEmail() {
    return UUID.randomUUID() + "@example.com";
  }

  public Answer register(String email) {
    return post("/api/v1/auth/register", Map.of("email", email, "password", PASSWORD));
  }

  public Answer login(String email, String password) {
    return post("/api/v1/auth/login", Map.of("email", email, "password", password));
  }

  public Answer refresh(String refreshToken) {
    return post("/api/v1/auth/refresh", Map.of("refresh_token", refreshToken));
  }

  public Answer me(String accessToken) {
    return get("/api/v1/auth/me", accessToken);
  }

  public Answer get(String path) {
    return send(request("GET", path, null, null));
  }

  public Answer get(String path, String accessToken) {
    return send(request("GET", path, accessToken, null));
  }

  public Answer post(String path, Map<String, ?> body) {
    return send(request("POST", path, null, json(body)));
  }

  public Answer post(String path, String accessToken, Map<String, ?> body) {
    return send(request("POST", path, accessToken, json(body)));
  }

  public Answer patch(String path, String accessToken, Map<String, ?> body) {
    return send(request("PATCH", path, accessToken, json(body)));
  }

  public Answer put(String path, String accessToken, Map<String, ?> body) {
    return send(request("PUT", path, accessToken, json(body)));
  }

  public Answer delete(String path, String accessToken, @Nullable Map<String, ?> body) {
    return send(request("DELETE", path, accessToken, body == null ? null : json(body)));
  }

  public HttpRequest.Builder request(
      String method, String path, @Nullable String accessToken, @Nullable String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(20));
    headers.forEach(request::header);
    if (accessToken != null) {
      request.header("Authorization", "Bearer " + accessToken);
    }
    if (body == null) {
      return request.method(method, HttpRequest.BodyPublishers.noBody());
    }
    return request
        .header("Content-Type", "application/json")
        .method(method, HttpRequest.BodyPublishers.ofString(body));
  }

  /** Returns a request with a form as OAuth uses it; the rest of the API uses JSON. */
  public HttpRequest.Builder form(String path, String form) {
    return request("POST", path, null, null)
        .header("Content-Type", "application/x-www-form-urlencoded")
        .POST(HttpRequest.BodyPublishers.ofString(form));
  }

  public Answer send(HttpRequest.Builder request) {
    try {
      HttpResponse<String> response =
          http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      if (contract != null) {
        contract.check(
            response.request().method(),
            response.uri().getRawPath(),
            response.statusCode(),
            response.headers(),
            response.body());
      }
      return new Answer(response.statusCode(), response.headers(), parse(response));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  private static JsonNode parse(HttpResponse<String> response) throws JsonProcessingException {
    String type = response.headers().firstValue("Content-Type").orElse("");
    return type.contains("json") && !response.body().isEmpty()
        ? JSON.readTree(response.body())
        : MissingNode.getInstance();
  }

  private static String json(Map<String, ?> body) {
    try {
      return JSON.writeValueAsString(body);
    } catch (JsonProcessingException impossible) {
      throw new IllegalArgumentException(impossible);
    }
  }
}
