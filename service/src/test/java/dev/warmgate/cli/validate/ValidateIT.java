package dev.warmgate.cli.validate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.request.Scopes;
import dev.warmgate.testkit.NewServiceKey;
import dev.warmgate.testkit.RunningService;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class ValidateIT {
  @RegisterExtension
  static final RunningService SERVICE = new RunningService().with("switches.rate_limits", "true");

  @RegisterExtension
  static final RunningService WITHOUT_FAST_LANE =
      new RunningService().with("switches.fast_lane", "false");

  @Test
  void passesARunningServiceWithinItsDefaultRateLimits() {
    Run run = Run.of("http://127.0.0.1:" + SERVICE.port(), "", true);

    // Times depend on the machine, so only the number of samples is checked.
    for (String check :
        new String[] {
          "health",
          "dependencies",
          "JWKS",
          "register",
          "token verifies with JWKS",
          "filter order",
          "filter bypasses",
          "full lane as control",
          "account deleted"
        }) {
      assertThat(run.outcome(check)).as(check + " in " + run.json()).isEqualTo("pass");
    }
    assertThat(run.field("login", "figure")).startsWith("p95 ").contains("of 20", "first");
    assertThat(run.field("warm token (GET me)", "figure")).contains("of 200");
    assertThat(SERVICE.value("SELECT count(*) FROM account")).isEqualTo("0");
  }

  @Test
  void judgesPoolsAndTheWarmUpWithAServiceKey() throws Exception {
    Run run =
        Run.of(
            "http://127.0.0.1:" + SERVICE.port(),
            NewServiceKey.with(SERVICE, Scopes.PERFORMANCE),
            false);

    assertThat(run.outcome("database performance")).as(run.json().toString()).isEqualTo("pass");
    // The tests' databases are copies of a migrated one.
    assertThat(run.outcome("database warm-up")).isNotEqualTo("skip");
    assertThat(run.field("database warm-up", "figure")).matches("\\d+ ms");
  }

  @Test
  void reportsAPortWithoutTls() {
    Run run = Run.of("https://127.0.0.1:" + SERVICE.port(), "", false);

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.summary()).contains("TLS failed");
  }

  @Test
  void failsAServiceWhoseFastLaneIsOff() {
    Run run = Run.of("http://127.0.0.1:" + WITHOUT_FAST_LANE.port(), "", false);

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.outcome("filter order")).isEqualTo("pass");
    assertThat(run.field("filter bypasses", "figure")).contains("the fast lane is off");
    assertThat(run.field("filter bypasses", "advice")).contains("FAST_LANE=on");
    assertThat(run.summary()).contains("because of: filter bypasses");
  }
}
