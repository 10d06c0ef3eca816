package dev.warmgate.passkey;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.RunningService;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Registers, uses, lists and removes passkeys with the API. */
final class PasskeyIT {
  private static final String SITE = "https://auth.example.com";

  @RegisterExtension
  static final RunningService SERVICE = new RunningService().with("tokens.issuer", SITE);

  private final PasskeyOwner ada = new PasskeyOwner(SERVICE.api(), SITE);

  @Test
  @Tag("quick")
  void takeThePlaceOfThePassword() throws IOException {
    Answer added = ada.addPasskey();
    assertThat(added.body().path("recovery_codes")).hasSize(10);

    Answer session = ada.signIn();
    assertThat(session.status()).as("%s", session.body()).isEqualTo(200);
    JsonNode claims = claims(session.text("access_token"));
    assertThat(claims.path("acr").asText()).isEqualTo("aal2");
    assertThat(texts(claims.path("amr"))).contains("mfa", "pop");
    assertThat(SERVICE.api().me(session.text("access_token")).text("email")).isEqualTo(ada.email);
  }

  @Test
  void areAskedForAfterThePassword() throws IOException {
    ada.addPasskey();

    String token = ada.mfaToken();
    Answer options = ada.challenge(token);
    assertThat(options.body().path("allowCredentials")).hasSize(1);
    Answer session = ada.verify(token, ada.device.get(options.body()));
    assertThat(session.status()).as("%s", session.body()).isEqualTo(200);
    assertThat(texts(claims(session.text("access_token")).path("amr"))).contains("pwd", "pop");
  }

  @Test
  void proveTheirOwnerWithinASession() {
    ada.addPasskey();
    Answer session = ada.signIn();
    SERVICE.sql(
        "UPDATE session SET authenticated_at = now() - INTERVAL '1 h' WHERE id = CAST(? AS uuid)",
        session.text("session_id"));
    ada.accessToken = SERVICE.api().refresh(session.text("refresh_token")).text("access_token");
    String codes = "/api/v1/auth/factors/recovery-codes";
    assertThat(SERVICE.api().post(codes, ada.accessToken, Map.of()).code())
        .isEqualTo("insufficient_user_authentication");

    Answer raised = ada.stepUp(ada.device.get(ada.stepUpOptions()));
    assertThat(raised.status()).as("%s", raised.body()).isEqualTo(200);
    assertThat(SERVICE.api().post(codes, raised.text("access_token"), Map.of()).status())
        .isEqualTo(200);
  }

  @Test
  void areListedAndRemoved() {
    String id = ada.addPasskey().text("factor_id");

    JsonNode listed =
        SERVICE.api().get("/api/v1/auth/factors", ada.accessToken).body().path("factors");
    assertThat(listed).hasSize(1);
    assertThat(listed.path(0).path("factor_id").asText()).isEqualTo(id);
    assertThat(listed.path(0).path("type").asText()).isEqualTo("passkey");
    assertThat(listed.path(0).path("name").asText()).isEqualTo("This browser");

    Answer removed = SERVICE.api().delete("/api/v1/auth/factors/" + id, ada.accessToken, null);
    assertThat(removed.status()).as("%s", removed.body()).isEqualTo(204);
    assertThat(ada.signIn().code()).isEqualTo("invalid_passkey");
    assertThat(SERVICE.value("SELECT count(*) FROM passkey WHERE factor_id = CAST(? AS uuid)", id))
        .isEqualTo("0");
  }

  @Test
  void endAllOtherSessionsWithTheFirst() {
    String other = SERVICE.api().login(ada.email, PASSWORD).text("access_token");

    ada.addPasskey();

    assertThat(SERVICE.api().me(other).code()).isEqualTo("session_ended");
    assertThat(SERVICE.api().me(ada.accessToken).status()).isEqualTo(200);
  }

  @Test
  void areRegisteredAfterAFreshLoginOnly() {
    Answer session = SERVICE.api().login(ada.email, PASSWORD);
    SERVICE.sql(
        "UPDATE session SET created_at = now() - INTERVAL '1 h' WHERE id = CAST(? AS uuid)",
        session.text("session_id"));
    ada.accessToken = SERVICE.api().refresh(session.text("refresh_token")).text("access_token");

    Answer refused = ada.registration();
    assertThat(refused.status()).as("%s", refused.body()).isEqualTo(401);
    assertThat(refused.code()).isEqualTo("insufficient_user_authentication");
    Answer proven =
        SERVICE
            .api()
            .post(
                "/api/v1/auth/passkeys/registration",
                ada.accessToken,
                Map.of("password", PASSWORD));
    assertThat(proven.status()).as("%s", proven.body()).isEqualTo(200);
  }

  private static List<String> texts(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText).toList();
  }

  private static JsonNode claims(String token) throws IOException {
    return new ObjectMapper().readTree(Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]));
  }
}
