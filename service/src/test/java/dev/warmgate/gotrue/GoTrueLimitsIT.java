package dev.warmgate.gotrue;

import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Browser;
import dev.warmgate.testkit.Mailed;
import dev.warmgate.testkit.RunningService;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What limits per client address do to clients that many users share, and to people. */
final class GoTrueLimitsIT {
  private static final int FEW = 3;

  @RegisterExtension
  static final RunningService SERVICE =
      Mailed.on(new RunningService())
          .onThePortOfItsIssuer()
          .with("supabase_api.enabled", "true")
          .with("switches.rate_limits", "true")
          .with("rate_limits.other", FEW + "/1h")
          .with("rate_limits.proof", FEW + "/1h")
          .with("rate_limits.refresh_forged", FEW + "/1h")
          .with("trusted_proxies", "127.0.0.0/8");

  /** A server of an application refreshes for all its users. */
  @Test
  void countsNoGenuineRefreshAgainstTheAddress() {
    ApiClient api = SERVICE.api().from("192.0.2.1");
    Answer own = api.register(newEmail());
    Answer supabase = signUp(api);
    for (int times = 0; times < 2 * FEW; times++) {
      own = api.refresh(own.text("refresh_token"));
      supabase =
          api.post(
              "/auth/v1/token?grant_type=refresh_token",
              Map.of("refresh_token", supabase.text("refresh_token")));
      assertThat(own.status()).isEqualTo(200);
      assertThat(supabase.status()).isEqualTo(200);
    }
    for (int times = 0; times < FEW; times++) {
      assertThat(api.post("/auth/v1/token?grant_type=web3", Map.of()).status()).isEqualTo(422);
    }
    assertThat(api.post("/auth/v1/token?grant_type=web3", Map.of()).status()).isEqualTo(429);
  }

  /** A body without a token belongs to no session. */
  @Test
  void countsMalformedRefreshesAgainstTheAddress() {
    ApiClient api = SERVICE.api().from("192.0.2.3").with("x-supabase-api-version", "2024-01-01");
    Answer genuine = signUp(api);
    for (String body : List.of("{", "{}", "{\"refresh_token\": 1}")) {
      assertThat(malformed(api, body).status()).isEqualTo(400);
    }

    Answer refused = malformed(api, "{");

    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.code()).isEqualTo("over_request_rate_limit");
    assertThat(
            api.post(
                    "/auth/v1/token?grant_type=refresh_token",
                    Map.of("refresh_token", genuine.text("refresh_token")))
                .status())
        .isEqualTo(200);
  }

  private static Answer malformed(ApiClient api, String body) {
    return api.send(api.request("POST", "/auth/v1/token?grant_type=refresh_token", null, body));
  }

  @Test
  void showsAPersonAPageAndAClientAnErrorIfTooManyLinksWereOpened() {
    String link = "/auth/v1/verify?token=x&type=signup";
    Browser person =
        Browser.withoutRedirectsAt(SERVICE.issuer())
            .with("X-Forwarded-For", "192.0.2.2")
            .with("Accept", "text/html,application/xhtml+xml");
    for (int times = 0; times < FEW; times++) {
      assertThat(person.open(link).statusCode()).isEqualTo(303);
    }

    HttpResponse<String> refused = person.open(link);

    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.headers().firstValue("content-type").orElse("")).startsWith("text/html");
    assertThat(refused.headers().firstValue("retry-after")).isPresent();
    assertThat(refused.body()).contains("<html");
    Answer client = SERVICE.api().from("192.0.2.2").get(link);
    assertThat(client.status()).isEqualTo(429);
    assertThat(client.text("error_code")).isEqualTo("over_request_rate_limit");
  }

  private static Answer signUp(ApiClient api) {
    return api.post("/auth/v1/signup", Map.of("email", newEmail(), "password", ApiClient.PASSWORD));
  }
}
