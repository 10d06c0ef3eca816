package dev.warmgate.proof;

import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.AdminAccount;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Mailed;
import dev.warmgate.testkit.RunningService;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Checks which mails that owners and admins ask for are held back. */
final class OwnersCeilingIT {
  @RegisterExtension
  static final RunningService SERVICE =
      Mailed.on(new RunningService())
          .with("proofs.email_login", "true")
          .with("switches.rate_limits", "true")
          .with("rate_limits.mail", "1000/1m")
          .with("rate_limits.unproven", "2/1h")
          .with("trusted_proxies", "127.0.0.0/8");

  private final ApiClient api = SERVICE.api();

  @Test
  void holdsBackNeitherAMailThatWasNotSentNorAnAdmins() {
    String first = registered();
    forgot(first);
    for (int i = 0; i < 3; i++) {
      assertThat(forgot(first).status()).isEqualTo(429);
    }
    String second = registered();
    forgot(second);
    assertThat(Mailed.count(SERVICE, second, "reset")).isEqualTo(1);

    String third = registered();
    assertThat(forgot(third).status()).isEqualTo(202);
    assertThat(Mailed.count(SERVICE, third, "reset")).as("the limit").isZero();
    String id = SERVICE.value("SELECT id FROM account WHERE email = ?", third);
    String admin = AdminAccount.token(SERVICE);
    assertThat(api.post("/api/v1/admin/accounts/" + id + "/reset", admin, Map.of()).status())
        .isEqualTo(204);
    assertThat(Mailed.count(SERVICE, third, "reset")).isEqualTo(1);
  }

  @Test
  void letsOwnersSignInByMailThoughStrangersAsk() {
    String owner = registered();
    SERVICE.sql("UPDATE account SET email_confirmed_at = now() WHERE email = ?", owner);

    long accepted =
        IntStream.range(1, 60).filter(host -> signIn(owner, "10.3.0." + host) == 202).count();

    assertThat(accepted).as("a few, but not one alone").isBetween(2L, 4L);
    assertThat(signIn(owner, "10.3.0.1")).isEqualTo(429);
  }

  private String registered() {
    String email = newEmail();
    api.register(email);
    return email;
  }

  private Answer forgot(String email) {
    return api.post("/api/v1/auth/forgot", Map.of("email", email));
  }

  private int signIn(String email, String from) {
    return api.from(from).post("/api/v1/auth/email-login", Map.of("email", email)).status();
  }
}
