package dev.warmgate.revocation;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.RunningService;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Checks that everything that ends sessions also records a revocation, which all replicas read. */
@Tag("quick")
final class RevocationCausesIT {
  @RegisterExtension
  static final RunningService SERVICE = new RunningService().with("refresh.predecessor", "off");

  private final ApiClient api = SERVICE.api();
  private final String email = newEmail();
  private Answer first;
  private Answer second;
  private String account;

  @BeforeEach
  void openTwoSessions() {
    first = api.register(email);
    second = api.login(email, PASSWORD);
    account = api.me(first.text("access_token")).text("account_id");
    assertThat(revoked("session", first)).isFalse();
  }

  @Test
  void aLogoutRevokesTheSession() {
    logout("local");

    assertThat(revoked("session", first)).isTrue();
    assertThat(revoked("session", second)).isFalse();
  }

  @Test
  void aLogoutOfOtherSessionsRevokesThem() {
    logout("others");

    assertThat(spared()).isEqualTo(first.text("session_id"));
  }

  @Test
  void aGlobalLogoutRevokesAllSessions() {
    logout("global");

    assertThat(spared()).isNull();
  }

  @Test
  void endingASessionRevokesIt() {
    api.delete(
        "/api/v1/auth/sessions/" + second.text("session_id"), first.text("access_token"), null);

    assertThat(revoked("session", second)).isTrue();
  }

  @Test
  void aReusedRefreshTokenRevokesTheSession() {
    api.refresh(first.text("refresh_token"));
    assertThat(revoked("session", first)).isFalse();

    assertThat(api.refresh(first.text("refresh_token")).code()).isEqualTo("refresh_token_reused");
    assertThat(revoked("session", first)).isTrue();
  }

  @Test
  void aNewPasswordRevokesAllSessions() {
    api.post(
        "/api/v1/auth/password",
        first.text("access_token"),
        Map.of("current_password", PASSWORD, "new_password", "an even better passphrase"));

    assertThat(spared()).isNull();
  }

  @Test
  void deletingAnAccountRevokesAllSessions() {
    api.delete("/api/v1/auth/me", first.text("access_token"), Map.of("password", PASSWORD));

    assertThat(spared()).isNull();
  }

  private void logout(String scope) {
    String path = "/api/v1/auth/logout?scope=" + scope;
    assertThat(api.send(api.request("POST", path, first.text("access_token"), null)).status())
        .isEqualTo(204);
  }

  /** Returns the session that the account's revocation spares; null if it spares none. */
  private String spared() {
    return SERVICE.value(
        "SELECT spared_session FROM revocation WHERE kind = 'account' AND ref = ?", account);
  }

  private static boolean revoked(String kind, Answer session) {
    return !count(kind, session.text("session_id")).equals("0");
  }

  private static String count(String kind, String ref) {
    return SERVICE.value("SELECT count(*) FROM revocation WHERE kind = ? AND ref = ?", kind, ref);
  }
}
