package dev.warmgate.gotrue;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Mailed;
import dev.warmgate.testkit.NewServiceKey;
import dev.warmgate.testkit.RunningService;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Invitations and links of the operator's services, none of which opens an admin's account. */
final class GoTrueAdminLinksIT {
  private static final String LINK = "/auth/v1/admin/generate_link";
  private static final String INVITE = "/auth/v1/invite";
  private static final String VERIFY = "/auth/v1/verify";

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
  void invitesWithTheIdThatTheAccountGets() {
    Answer invited = api.post(INVITE, key, Map.of("email", email));
    assertThat(invited.text("invited_at")).isNotEmpty();
    Mailed mail = Mailed.newest(SERVICE, email, "invite");

    Answer session = api.post(VERIFY, Map.of("type", "invite", "token_hash", mail.token()));

    assertThat(session.body().at("/user/id").asText()).isEqualTo(invited.text("id"));
    assertThat(
            api.put("/auth/v1/user", session.text("access_token"), Map.of("password", PASSWORD))
                .status())
        .isEqualTo(200);
    assertThat(
            api.post(
                    "/auth/v1/token?grant_type=password",
                    Map.of("email", email, "password", PASSWORD))
                .status())
        .isEqualTo(200);
    assertThat(api.post(INVITE, key, Map.of("email", email)).code()).isEqualTo("email_exists");
  }

  @Test
  void makesLinksWithoutAMail() {
    Answer signUp =
        api.post(LINK, key, Map.of("type", "signup", "email", email, "password", PASSWORD));
    assertThat(signUp.text("action_link")).contains("/auth/v1/verify?token=");
    assertThat(Mailed.count(SERVICE, email, "confirm")).isZero();
    Answer session =
        api.post(
            VERIFY, Map.of("type", "signup", "email", email, "token", signUp.text("email_otp")));
    assertThat(session.body().at("/user/id").asText()).isEqualTo(signUp.text("id"));

    for (String type : new String[] {"magiclink", "recovery"}) {
      Answer link = api.post(LINK, key, Map.of("type", type, "email", email));
      assertThat(link.text("verification_type")).isEqualTo(type);
      assertThat(
              api.post(VERIFY, Map.of("type", type, "token_hash", link.text("hashed_token")))
                  .status())
          .isEqualTo(200);
    }
    assertThat(api.post(LINK, key, Map.of("type", "recovery", "email", newEmail())).code())
        .isEqualTo("user_not_found");
  }

  /** Otherwise the service would take the password or the metadata for set. */
  @Test
  void takeNothingThatTheyWouldLeaveOut() {
    create(true);
    for (String type : new String[] {"magiclink", "recovery", "invite"}) {
      Map<String, String> body = Map.of("type", type, "email", email, "password", PASSWORD);
      assertThat(api.post(LINK, key, body).code()).as(type).isEqualTo("validation_failed");
    }
    Map<String, Object> metadata =
        Map.of("type", "magiclink", "email", email, "data", Map.of("name", "Ada"));
    assertThat(api.post(LINK, key, metadata).code()).isEqualTo("validation_failed");
  }

  @Test
  void areRefusedForAnAdmin() {
    create(true);
    SERVICE.sql("UPDATE account SET role = 'admin' WHERE email = ?", email);

    for (boolean proven : new boolean[] {true, false}) {
      for (String type : new String[] {"magiclink", "recovery", "signup", "invite"}) {
        assertThat(link(type).code()).as("%s, %s", type, proven).isEqualTo("not_admin");
      }
      assertThat(api.post(INVITE, key, Map.of("email", email)).code()).isEqualTo("not_admin");
      // As the operator makes them: without a proof of the address.
      SERVICE.sql("UPDATE account SET email_confirmed_at = NULL WHERE email = ?", email);
    }
  }

  /** A link from before the operator has made the account an admin's opens nothing of it. */
  @Test
  void takesOverNoAccountThatHasBecomeAnAdmins() {
    create(false);
    for (String type : new String[] {"signup", "invite"}) {
      SERVICE.sql("UPDATE account SET role = 'user' WHERE email = ?", email);
      Answer link = link(type);
      assertThat(link.status()).as(link.body().toString()).isEqualTo(200);
      SERVICE.sql("UPDATE account SET role = 'admin' WHERE email = ?", email);

      Map<String, String> proof = Map.of("type", type, "token_hash", link.text("hashed_token"));
      assertThat(api.post(VERIFY, proof).code()).as(type).isEqualTo("otp_expired");
    }
    assertThat(SERVICE.value("SELECT email_confirmed_at FROM account WHERE email = ?", email))
        .isNull();
  }

  private Answer link(String type) {
    Map<String, String> body = new HashMap<>(Map.of("type", type, "email", email));
    if (type.equals("signup")) {
      body.put("password", PASSWORD);
    }
    return api.post(LINK, key, body);
  }

  private void create(boolean proven) {
    Map<String, ?> user = Map.of("email", email, "password", PASSWORD, "email_confirm", proven);
    assertThat(api.post("/auth/v1/admin/users", key, user).status()).isEqualTo(200);
  }
}
