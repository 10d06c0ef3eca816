package dev.warmgate.session;

import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.RunningService;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tests {@code refresh.predecessor} with values other than the default. */
final class PredecessorIT {
  @RegisterExtension
  static final RunningService OFF = new RunningService().with("refresh.predecessor", "off");

  @RegisterExtension
  static final RunningService HALF_A_MINUTE =
      new RunningService().with("refresh.predecessor", "30s");

  @Test
  void endsTheSessionWhenATokenIsUsedTwice() {
    ApiClient api = OFF.api();
    Answer session = api.register(newEmail());
    Answer refreshed = api.refresh(session.text("refresh_token"));
    assertThat(refreshed.status()).isEqualTo(200);

    Answer again = api.refresh(session.text("refresh_token"));

    assertThat(again.code()).isEqualTo("refresh_token_reused");
    assertThat(api.refresh(refreshed.text("refresh_token")).code()).isEqualTo("session_ended");
    assertThat(api.me(refreshed.text("access_token")).code()).isEqualTo("session_ended");
  }

  @Test
  void acceptsThePredecessorForTheConfiguredTime() {
    ApiClient api = HALF_A_MINUTE.api();
    Answer session = api.register(newEmail());
    String first = session.text("refresh_token");
    Answer second = api.refresh(first);
    setRotationTime(session, "15 s");
    assertThat(api.refresh(first).text("refresh_token")).isEqualTo(second.text("refresh_token"));

    setRotationTime(session, "31 s");

    assertThat(api.refresh(first).code()).isEqualTo("refresh_token_reused");
    assertThat(api.refresh(second.text("refresh_token")).code()).isEqualTo("session_ended");
  }

  private static void setRotationTime(Answer session, String ago) {
    HALF_A_MINUTE.sql(
        "UPDATE session SET rotated_at = now() - ?::interval WHERE id = ?",
        ago,
        UUID.fromString(session.text("session_id")));
  }
}
