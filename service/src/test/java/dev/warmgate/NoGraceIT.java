package dev.warmgate;

import static dev.warmgate.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code refresh.grace: 0s}, for whom every second use of a token is a theft. */
final class NoGraceIT {
  @RegisterExtension
  static final RunningService SERVICE = new RunningService().with("refresh.grace", "0s");

  private final ApiClient api = SERVICE.api();

  @Test
  void endsTheSessionWhenATokenIsUsedTwice() {
    Answer session = api.register(newEmail());
    Answer refreshed = api.refresh(session.text("refresh_token"));
    assertThat(refreshed.status()).isEqualTo(200);

    Answer again = api.refresh(session.text("refresh_token"));

    assertThat(again.code()).isEqualTo("refresh_token_reused");
    assertThat(api.refresh(refreshed.text("refresh_token")).code()).isEqualTo("session_ended");
    assertThat(api.me(refreshed.text("access_token")).code()).isEqualTo("session_ended");
  }
}
