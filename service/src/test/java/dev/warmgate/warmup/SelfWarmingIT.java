package dev.warmgate.warmup;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.RunningService;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Checks that the service warms up with HTTP requests to itself, which leave no trace. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Tag("quick")
final class SelfWarmingIT {
  /** The marks in the headers of requests, as an eavesdropper would see them. */
  private static final Queue<String> MARKS = new ConcurrentLinkedQueue<>();

  private static final Queue<String> PATHS = new ConcurrentLinkedQueue<>();

  @RegisterExtension
  static final RunningService SERVICE =
      new RunningService()
          .with("switches.warmup_http", "true")
          .with("supabase_api.enabled", "true")
          // A busy machine takes longer than the defaults for the logins that it counts, and for
          // Redis.
          .with("warmup.budget", "90s")
          .with("redis.command_timeout", "500ms")
          .with("switches.rate_limits", "true")
          .withOutermost((service, request, response, callback) -> {
            String mark = request.getHeaders().get(WarmupMark.HEADER);
            if (mark != null) {
              MARKS.add(mark);
              PATHS.add(request.getHttpURI().getPath());
            }
            return service.handle(request, response, callback);
          });

  private final ApiClient api = SERVICE.api();

  private static JsonNode step(String name) {
    JsonNode steps = SERVICE.api().get("/api/v1/auth/ping").body().at("/warmup/steps");
    return StreamSupport.stream(steps.spliterator(), false)
        .filter(step -> step.path("name").asText().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void warmsUpWithLoginsBeforeItIsReady() {
    assertThat(MARKS).hasSizeGreaterThan(224);
    for (String path : new String[] {"/api/v1/auth/login", "/auth/v1/token", "/auth/v1/user"}) {
      assertThat(PATHS.stream().filter(path::equals)).as(path).hasSizeGreaterThanOrEqualTo(16);
    }
    assertThat(step("http").path("outcome").asText()).isIn("warm", "unsettled");
    assertThat(SERVICE.adminApi().get("/observatory.json").body().at("/warmup/steps").toString())
        .containsPattern("\\d+ logins, the last in .* ms");
    for (String name : new String[] {"redis", "database", "signing-keys", "hashing", "pool"}) {
      assertThat(step(name).path("outcome").asText()).as(name).isEqualTo("warm");
    }
  }

  @Test
  @Order(1)
  void leavesNoTrace() {
    assertThat(SERVICE.value("SELECT count(*) FROM account WHERE email_key LIKE '%warmup%'"))
        .isEqualTo("0");
    assertThat(
            SERVICE.value(
                "SELECT count(*) FROM session WHERE account_id NOT IN "
                    + "(SELECT id FROM account)"))
        .isEqualTo("0");
    assertThat(SERVICE.value("SELECT string_agg(event, ' ') FROM audit_event"))
        .isEqualTo("key.created");
    JsonNode report = SERVICE.adminApi().get("/observatory.json").body();
    assertThat(report.at("/login/outcomes/success").asLong(-1)).isZero();
    assertThat(report.path("endpoints").findValuesAsText("route"))
        .doesNotContain("/api/v1/auth/me");
    assertThat(SERVICE.statements("dev.warmgate.session.")).isZero();
    assertThat(SERVICE.statements("dev.warmgate.account.")).isZero();
    assertThat(SERVICE.statements("dev.warmgate.gotrue.")).isZero();
  }

  @Test
  void ignoresItsMarkAfterTheWarmUp() {
    String email = "somebody@warmup.invalid";
    assertThat(api.with(WarmupMark.HEADER, MARKS.element()).register(email).status())
        .isEqualTo(409);
    assertThat(api.register(email).code()).isEqualTo("email_taken");
    assertThat(api.login(email, PASSWORD).status()).isEqualTo(401);
  }

  @Test
  void refusesALoginToALeftoverDecoy() {
    Answer made = api.register(ApiClient.newEmail());
    String account = made.body().path("session_id").asText();
    SERVICE.sql(
        "UPDATE account SET email_key = 'left@warmup.invalid' WHERE id = "
            + "(SELECT account_id FROM session WHERE id = ?::uuid)",
        account);
    assertThat(api.login("left@warmup.invalid", PASSWORD).status()).isEqualTo(401);
    SERVICE.sql("DELETE FROM account WHERE email_key = 'left@warmup.invalid'");
  }
}
