package dev.warmgate.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.RunningService;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("quick")
final class MiddlewareStatusIT {
  /** A literal copy of the order, so that the test does not depend on the code under test. */
  private static final List<String> ORDER =
      List.of(
          "request-id",
          "fast-lane",
          "rate-limit",
          "authentication",
          "access-control",
          "ssrf-protection");

  @RegisterExtension static final RunningService SERVICE = new RunningService();

  @RegisterExtension
  static final RunningService WITHOUT_FAST_LANE =
      new RunningService().with("switches.fast_lane", "false");

  @Test
  void reportsTheDeclaredRegisteredAndObservedOrder() {
    JsonNode status = status(SERVICE);

    assertThat(texts(status.path("declared"), "name")).isEqualTo(ORDER);
    assertThat(status.path("registered")).isEqualTo(status.path("declared"));
    assertThat(texts(status.path("registered"), "priority"))
        .containsExactly("100", "200", "300", "400", "500", "600");
    assertThat(texts(status.path("observed"), "name")).isEqualTo(ORDER);
    assertThat(texts(status.path("observed"), "order"))
        .containsExactly("1", "2", "3", "4", "5", "6");
    assertThat(status.path("in_order").asBoolean()).isTrue();
    assertThat(status.path("target_ms").asInt()).isEqualTo(100);
    assertThat(status.path("within_target").asBoolean())
        .isEqualTo(status.path("response_time_ms").asDouble() < 100);
  }

  @Test
  void showsThatTheHeavyFiltersWereBypassed() {
    JsonNode status = status(SERVICE);

    assertThat(status.path("fastpath_active").asBoolean()).isTrue();
    assertThat(status.at("/bypasses/access_control_bypassed").asBoolean()).isTrue();
    assertThat(status.at("/bypasses/ssrf_protection_bypassed").asBoolean()).isTrue();
    assertThat(texts(status.path("observed"), "outcome"))
        .containsExactly("passed", "passed", "passed", "passed", "bypassed", "bypassed");
  }

  @Test
  void reportsThatTheFastLaneIsOff() {
    JsonNode status = status(WITHOUT_FAST_LANE);

    assertThat(status.path("fastpath_active").asBoolean()).isFalse();
    assertThat(status.at("/bypasses/access_control_bypassed").asBoolean()).isFalse();
    assertThat(status.at("/bypasses/ssrf_protection_bypassed").asBoolean()).isFalse();
    assertThat(texts(status.path("observed"), "outcome")).containsOnly("passed");
    assertThat(status.path("in_order").asBoolean()).isTrue();
  }

  @Test
  void countsRequestsOnTheFullLane() {
    ApiClient api = SERVICE.api();
    String token = api.register(ApiClient.newEmail()).text("access_token");
    long before = status(SERVICE).at("/ledger/full/requests").asLong();

    assertThat(api.get("/api/v1/auth/sessions", token).status()).isEqualTo(200);
    assertThat(api.get("/api/v1/auth/sessions").status()).isEqualTo(401);

    JsonNode ledger = status(SERVICE).path("ledger");
    assertThat(ledger.at("/full/requests").asLong()).isEqualTo(before + 2);
    assertThat(ledger.at("/full/filters/access-control/passed").asInt()).isPositive();
    assertThat(ledger.at("/full/filters/ssrf-protection/passed").asInt()).isPositive();
    assertThat(ledger.at("/full/filters/authentication/rejected").asInt()).isPositive();
    assertThat(ledger.at("/fast/filters/access-control/bypassed").asInt()).isPositive();
    assertThat(ledger.at("/fast/filters/access-control/passed").isMissingNode()).isTrue();
    assertThat(ledger.at("/fast/filters/ssrf-protection/passed").isMissingNode()).isTrue();
  }

  @Test
  void givesARequestIdToUnmatchedRequests() {
    Answer unmatched = SERVICE.api().get("/api/v1/nothing");

    assertThat(unmatched.status()).isEqualTo(404);
    assertThat(unmatched.header("X-Request-Id")).matches("[0-9a-f]{16}");
  }

  private static JsonNode status(RunningService service) {
    return service.api().get("/api/v1/auth/middleware-status").body();
  }

  private static List<String> texts(JsonNode entries, String field) {
    return StreamSupport.stream(entries.spliterator(), false)
        .map(entry -> entry.path(field).asText())
        .toList();
  }
}
