package dev.warmgate.ratelimit;

import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.AdminAccount;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.RawHttp;
import dev.warmgate.testkit.RunningService;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks what a service believes of a trusted proxy and of anybody else. */
final class ClientAddressIT {
  private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-";
  private static final String NONE = "none";
  private static final AtomicReference<String> SEEN = new AtomicReference<>();

  private static final RunningService.Outermost WATCH =
      (service, request, response, callback) -> {
        SEEN.set(Objects.requireNonNullElse(request.getHeaders().get("traceparent"), NONE));
        return service.handle(request, response, callback);
      };

  @RegisterExtension
  static final RunningService BEHIND_A_PROXY =
      new RunningService()
          .with("trusted_proxies", "127.0.0.0/8")
          .with("forwarded_header", "Forwarded")
          .withOutermost(WATCH);

  @RegisterExtension static final RunningService OPEN = new RunningService().withOutermost(WATCH);

  @BeforeEach
  void forget() {
    SEEN.set(null);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "for=203.0.113.7             | 203.0.113.7",
        "for=\"[2001:db8::17]:4711\" | 2001:db8::/64",
        "for=\"[::1]\"               | ::1",
        "for=unknown                 | 127.0.0.1",
      })
  void isShownToAdminsAsPeopleWriteIt(String forwarded, String address) {
    String email = newEmail();
    ApiClient api = BEHIND_A_PROXY.api();
    String account =
        api.me(
                api.with("Forwarded", forwarded)
                    .with("X-Forwarded-For", "198.51.100.99")
                    .register(email)
                    .text("access_token"))
            .text("account_id");

    assertThat(
            api.get(
                    "/api/v1/audit?event=user.registered&account=" + account,
                    AdminAccount.token(BEHIND_A_PROXY))
                .body()
                .at("/events/0/client_address")
                .asText())
        .isEqualTo(address);
  }

  /** The flags in hexadecimal; the lowest bit says that the caller records the trace. */
  @ParameterizedTest
  @ValueSource(strings = {"00", "01", "02", "03"})
  void aTraceGoesOnOnlyIfATrustedProxySendsIt(String flags) {
    BEHIND_A_PROXY.api().with("traceparent", TRACE + flags).get("/api/v1/auth/ping");
    assertThat(SEEN).as("the service decides whether to record it").hasValue(TRACE + "01");

    OPEN.api().with("traceparent", TRACE + flags).get("/api/v1/auth/ping");
    assertThat(SEEN).hasValue(NONE);
  }

  @Test
  void anInvalidOrRepeatedTraceIsNotPassedOn() {
    OPEN.api().with("traceparent", "01").get("/api/v1/auth/ping");
    assertThat(SEEN).hasValue(NONE);

    SEEN.set("");
    RawHttp.send(
        OPEN.port(),
        "GET /api/v1/auth/ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\ntraceparent: "
            + TRACE
            + "00\r\nTraceParent: "
            + TRACE
            + "01\r\n\r\n");
    assertThat(SEEN).hasValue(NONE);
  }
}
