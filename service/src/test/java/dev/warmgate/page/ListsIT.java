package dev.warmgate.page;

import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.warmgate.testkit.AdminAccount;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.RunningService;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Checks that every list that clients can grow is paged. */
@Tag("quick")
final class ListsIT {
  private static final int ENTRIES = 420;
  private static final int MOST = 200;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The endpoints with a paged list, the name of the list and the parameter for the next page. */
  private static final List<List<String>> PAGED =
      List.of(
          List.of("/api/v1/auth/sessions", "sessions", "after"),
          List.of("/api/v1/admin/accounts", "accounts", "after"),
          List.of("/api/v1/admin/accounts/search", "accounts", "after"),
          List.of("/api/v1/audit", "events", "before"),
          List.of("/api/v1/webhooks/{id}/deliveries", "deliveries", "before"));

  /** The endpoints whose lists have a bound that clients cannot change, and the bound. */
  private static final Map<String, String> BOUNDED =
      Map.ofEntries(
          Map.entry("/api/v1/webhooks", "32 webhooks"),
          Map.entry("/api/v1/webhooks/{id}", "the kinds of events"),
          Map.entry("/api/v1/auth/me", "the roles of an account"),
          Map.entry("/api/v1/auth/factors", "ten factors"),
          Map.entry("/api/v1/auth/factors/{id}/confirm", "ten recovery codes"),
          Map.entry("/api/v1/auth/factors/recovery-codes", "ten recovery codes"),
          Map.entry("/api/v1/auth/introspect", "the roles and audiences of a token"),
          Map.entry("/api/v1/auth/jwks.json", "the published signing keys"),
          Map.entry("/.well-known/jwks.json", "the published signing keys"),
          Map.entry("/.well-known/oauth-authorization-server", "what this version can do"),
          Map.entry("/api/v1/auth/middleware-status", "the filters"),
          Map.entry("/api/v1/auth/ping", "the steps of the warm-up"),
          Map.entry("/api/v1/database/performance", "two pools"),
          Map.entry("/health-check", "the health checks"));

  @RegisterExtension static final RunningService SERVICE = new RunningService();

  private static String admin;
  private static String user;
  private static String webhook;

  @BeforeAll
  static void grow() {
    admin = AdminAccount.token(SERVICE);
    ApiClient api = SERVICE.api();
    Answer owner = api.register(newEmail());
    user = owner.text("access_token");
    webhook = UUID.randomUUID().toString();
    SERVICE.sql(
        "INSERT INTO session (id, account_id, secret_hash, idle_expires_at, expires_at)"
            + " SELECT gen_random_uuid(), account_id, '', expires_at, expires_at"
            + " FROM session CROSS JOIN generate_series(2, ?) WHERE id = ?::uuid",
        ENTRIES,
        owner.text("session_id"));
    SERVICE.sql(
        "INSERT INTO account (id, email, email_key, password_hash, role)"
            + " SELECT gen_random_uuid(), k, k, '', 'user' FROM (SELECT 'grown' || n || '@example.com'"
            + " AS k FROM generate_series(1, ?) AS n) AS keys",
        ENTRIES);
    SERVICE.sql(
        "INSERT INTO webhook (id, url, encrypted_secret, encryption_key_id, deleted_at)"
            + " VALUES (?::uuid, 'https://example.com', '', 'k1', NULL)",
        webhook);
    SERVICE.sql(
        "WITH event AS (INSERT INTO audit_event (event, actor)"
            + " SELECT 'user.registered', 'system' FROM generate_series(1, ?) RETURNING id, occurred_at)"
            + " INSERT INTO webhook_delivery (webhook_id, event_id, occurred_at, next_attempt_at, dead_at)"
            + " SELECT ?::uuid, id, occurred_at, NULL, now() FROM event",
        ENTRIES,
        webhook);
  }

  @Test
  void areReadPageByPage() {
    for (List<String> list : PAGED) {
      String path = list.get(0);
      String name = list.get(1);
      assertThat(page(path, list.get(2), null, null).path(name)).as(path).hasSize(50);

      List<JsonNode> entries = new ArrayList<>();
      String next = null;
      do {
        JsonNode page = page(path, list.get(2), next, MOST);
        assertThat(page.path(name).size()).as(path).isBetween(1, MOST);
        page.path(name).forEach(entries::add);
        JsonNode cursor = page.path(list.get(2).equals("after") ? "next" : "next_before");
        next = cursor.isMissingNode() || cursor.isNull() ? null : cursor.asText();
      } while (next != null);
      assertThat(entries).as(path).hasSizeGreaterThanOrEqualTo(ENTRIES).doesNotHaveDuplicates();
    }
  }

  @Test
  void refuseALongerPage() {
    for (List<String> list : PAGED) {
      assertThat(ask(list.get(0), list.get(2), null, MOST + 1).code())
          .as(list.get(0))
          .isEqualTo("validation_failed");
    }
  }

  /** Fails for a new endpoint with a list until it is added to one of the two tables above. */
  @Test
  void areAllDeclaredInThisTest() throws IOException {
    JsonNode contract;
    try (InputStream file = ListsIT.class.getResourceAsStream("/openapi.json")) {
      contract = JSON.readTree(file);
    }
    Set<String> found = new TreeSet<>();
    contract
        .path("paths")
        .properties()
        .forEach(path -> {
          if (path.getValue().findValues("responses").stream()
              .flatMap(responses -> responses.properties().stream())
              .filter(response -> response.getKey().startsWith("2"))
              .anyMatch(response -> hasList(contract, response.getValue(), new TreeSet<>()))) {
            found.add(path.getKey());
          }
        });

    Set<String> declared = new TreeSet<>(BOUNDED.keySet());
    PAGED.forEach(list -> declared.add(list.getFirst()));
    assertThat(declared).containsAll(found);
    assertThat(found).containsAll(PAGED.stream().map(List::getFirst).toList());
  }

  private static boolean hasList(JsonNode contract, JsonNode schema, Set<String> seen) {
    if (schema.path("type").asText().equals("array")) {
      return true;
    }
    String reference = schema.path("$ref").asText();
    if (!reference.isEmpty() && seen.add(reference)) {
      return hasList(contract, contract.at(reference.substring(1)), seen);
    }
    for (JsonNode child : schema) {
      if (hasList(contract, child, seen)) {
        return true;
      }
    }
    return false;
  }

  private static JsonNode page(String path, String parameter, String from, Integer limit) {
    Answer answer = ask(path, parameter, from, limit);
    assertThat(answer.status()).as(path + " from " + from).isEqualTo(200);
    return answer.body();
  }

  private static Answer ask(String path, String parameter, String from, Integer limit) {
    ApiClient api = SERVICE.api();
    String token = path.endsWith("/auth/sessions") ? user : admin;
    if (path.endsWith("/search")) {
      Map<String, Object> body = new java.util.HashMap<>(Map.of("email_prefix", "grown"));
      body.put("after", from);
      body.put("limit", limit);
      return api.post(path, token, body);
    }
    String query =
        (from == null ? "" : "&" + parameter + "=" + from)
            + (limit == null ? "" : "&limit=" + limit);
    return api.get(path.replace("{id}", webhook) + "?" + query, token);
  }
}
