package dev.warmgate.gotrue;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Mailed;
import dev.warmgate.testkit.NewServiceKey;
import dev.warmgate.testkit.RunningService;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The endpoints for the operator's services. */
final class GoTrueAdminIT {
  private static final String USERS = "/auth/v1/admin/users";
  private static final String OTHER = "seven quiet lanterns";

  /** Of "correct horse battery staple", as Supabase keeps it. */
  private static final String BCRYPT =
      "$2b$10$abcdefghijklmnopqrstuuGGgFFcYeueaAql8Z7U7CnCTRw4DR77W";

  @RegisterExtension
  static final RunningService SERVICE =
      Mailed.on(new RunningService())
          .with("supabase_api.enabled", "true")
          .with("registration.confirm", "required");

  private final ApiClient api = SERVICE.api().with("x-supabase-api-version", "2024-01-01");
  private final String email = newEmail();
  private String key;

  @BeforeEach
  void makeKey() throws Exception {
    key = NewServiceKey.with(SERVICE, "admin");
  }

  @Test
  void takesNoBasicAndNoKeyBesideTheTokenOfAUser() {
    String id = SERVICE.value("SELECT id FROM service_key ORDER BY created_at DESC LIMIT 1");
    String basic =
        Base64.getEncoder().encodeToString((id + ":" + key).getBytes(StandardCharsets.UTF_8));
    assertThat(api.with("Authorization", "Basic " + basic).get(USERS).status()).isEqualTo(401);

    create(Map.of("email", email, "password", PASSWORD, "email_confirm", true));
    String token =
        api.post("/auth/v1/token?grant_type=password", Map.of("email", email, "password", PASSWORD))
            .text("access_token");
    assertThat(api.with("apikey", key).get(USERS, token).status()).isEqualTo(403);
  }

  @Test
  void refusesMetadataThatPostgresqlWouldNotStore() {
    for (Object large :
        List.of("é".repeat(9000), Collections.nCopies(100, new BigDecimal("1e308")))) {
      Answer refused =
          api.post(
              "/auth/v1/signup",
              Map.of("email", email, "password", PASSWORD, "data", Map.of("a", large)));
      assertThat(refused.status()).isEqualTo(400);
    }
  }

  @Test
  void createsChangesAndDeletesUsers() {
    UUID id = UUID.randomUUID();
    Answer created =
        create(
            Map.of(
                "id",
                id,
                "password",
                PASSWORD,
                "email_confirm",
                true,
                "user_metadata",
                Map.of("name", "Ada"),
                "app_metadata",
                Map.of("plan", "pro", "old", 1)));
    assertThat(created.status()).isEqualTo(200);
    assertThat(created.text("id")).isEqualTo(id.toString());
    assertThat(created.body().at("/app_metadata/plan").asText()).isEqualTo("pro");
    Answer session = signIn(PASSWORD);
    assertThat(session.body().at("/user/app_metadata/plan").asText()).isEqualTo("pro");
    assertThat(create(Map.of("password", PASSWORD)).code()).isEqualTo("email_exists");
    assertThat(create(Map.of("email", newEmail(), "id", id)).code())
        .isEqualTo("user_already_exists");

    String renamed = newEmail();
    Map<String, Object> app = new HashMap<>(Map.of("plan", "free"));
    app.put("old", null);
    Answer changed =
        api.put(
            USERS + "/" + id,
            key,
            Map.of(
                "email", renamed,
                "email_confirm", true,
                "app_metadata", app,
                "password", OTHER));
    assertThat(changed.text("email")).isEqualTo(renamed);
    assertThat(changed.body().at("/app_metadata/plan").asText()).isEqualTo("free");
    assertThat(changed.body().at("/app_metadata").has("old")).isFalse();
    assertThat(changed.body().at("/user_metadata/name").asText()).isEqualTo("Ada");
    assertThat(api.get("/auth/v1/user", session.text("access_token")).status())
        .as("a new password ends sessions")
        .isEqualTo(403);

    assertThat(api.get(USERS + "/" + id, key).text("email")).isEqualTo(renamed);
    assertThat(api.delete(USERS + "/" + id, key, Map.of("should_soft_delete", true)).status())
        .isEqualTo(400);
    assertThat(api.delete(USERS + "/" + id, key, Map.of()).status()).isEqualTo(200);
    assertThat(api.get(USERS + "/" + id, key).code()).isEqualTo("user_not_found");
  }

  @Test
  void refusesWhatItWouldIgnore() {
    String id = create(Map.of("password", PASSWORD, "role", "authenticated")).text("id");
    assertThat(id).isNotEmpty();
    List<Map<String, ?>> wishes =
        List.of(
            Map.of("role", "service_role"),
            Map.of("aud", "others"),
            Map.of("phone", "+15550100"),
            Map.of("data", Map.of("name", "Ada")),
            Map.of("nickname", "ada"),
            Map.of("id", UUID.randomUUID()),
            Map.of("email_confirm", "yes"),
            Map.of("email", " "),
            Map.of("password", ""),
            Map.of("ban_duration", 24),
            Map.of("user_metadata", "none"));
    for (Map<String, ?> wish : wishes) {
      assertThat(api.put(USERS + "/" + id, key, wish).status())
          .as(wish.toString())
          .isBetween(400, 422);
    }
    assertThat(api.get(USERS + "?filter=ada", key).code()).isEqualTo("validation_failed");
    assertThat(api.get(USERS + "?page=&per_page=1&sort=", key).status()).isEqualTo(200);
    assertThat(api.post("/auth/v1/invite", key, Map.of("email", newEmail(), "role", "x")).code())
        .isEqualTo("validation_failed");
  }

  @Test
  void takesOverAHashOfAnotherService() {
    Answer created = create(Map.of("password_hash", BCRYPT, "email_confirm", true));
    assertThat(created.status()).as(created.body().toString()).isEqualTo(200);
    assertThat(created.body().toString()).doesNotContain("$2b$");
    assertThat(signIn(PASSWORD).status()).isEqualTo(200);
    assertThat(
            api.post(USERS, key, Map.of("email", newEmail(), "password_hash", "0".repeat(32)))
                .code())
        .isEqualTo("validation_failed");
  }

  @Test
  void bansWithoutAnEnd() {
    String id = create(Map.of("password", PASSWORD, "email_confirm", true)).text("id");

    assertThat(api.put(USERS + "/" + id, key, Map.of("ban_duration", "24h")).status())
        .isEqualTo(400);
    Answer banned = api.put(USERS + "/" + id, key, Map.of("ban_duration", "876000h"));
    assertThat(banned.text("banned_until")).isNotEmpty();
    assertThat(signIn(PASSWORD).code()).isEqualTo("invalid_credentials");
    api.put(USERS + "/" + id, key, Map.of("ban_duration", "none"));
    assertThat(signIn(PASSWORD).status()).isEqualTo(200);
  }

  @Test
  void listsUsersNewestFirst() {
    String first = create(Map.of("password", PASSWORD)).text("id");
    Answer second = api.post(USERS, key, Map.of("email", newEmail(), "password", PASSWORD));

    Answer page = api.get(USERS + "?page=1&per_page=2", key);

    assertThat(page.text("aud")).isEqualTo("authenticated");
    assertThat(page.body().at("/users/0/id").asText()).isEqualTo(second.text("id"));
    assertThat(page.body().at("/users/1/id").asText()).isEqualTo(first);
    assertThat(Integer.parseInt(page.header("x-total-count"))).isGreaterThanOrEqualTo(2);
    assertThat(page.header("link")).contains("rel=\"last\"");
    assertThat(api.get(USERS + "?page=0", key).code()).isEqualTo("validation_failed");
  }

  @Test
  void refusesOtherCallers() throws Exception {
    String other = NewServiceKey.with(SERVICE, "introspect");
    assertThat(api.get(USERS, other).code()).isEqualTo("not_admin");
    create(Map.of("password", PASSWORD, "email_confirm", true));
    String user = signIn(PASSWORD).text("access_token");
    assertThat(api.get(USERS, user).code()).isEqualTo("not_admin");
    assertThat(api.get("/auth/v1/user", key).code()).isEqualTo("bad_jwt");
  }

  @Test
  void leavesTheAccountsOfAdminsAlone() {
    String id = create(Map.of("password", PASSWORD, "email_confirm", true)).text("id");
    SERVICE.sql("UPDATE account SET role = 'admin' WHERE email = ?", email);

    assertThat(api.put(USERS + "/" + id, key, Map.of("password", OTHER)).code())
        .isEqualTo("not_admin");
    assertThat(api.delete(USERS + "/" + id, key, Map.of()).code()).isEqualTo("not_admin");
  }

  private Answer create(Map<String, ?> more) {
    Map<String, Object> body = new HashMap<>(Map.of("email", email));
    body.putAll(more);
    return api.post(USERS, key, body);
  }

  private Answer signIn(String password) {
    return api.post(
        "/auth/v1/token?grant_type=password", Map.of("email", email, "password", password));
  }
}
