package dev.warmgate.loadtest.production;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.loadtest.http.ApiClient;
import dev.warmgate.loadtest.http.Json;
import dev.warmgate.loadtest.http.Reply;
import dev.warmgate.loadtest.stack.Dependencies;
import dev.warmgate.loadtest.stack.ServiceProcess;
import dev.warmgate.loadtest.testkit.TestStack;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Moves the clocks of the service and of PostgreSQL by an hour and back while both run: sessions
 * and logins survive, what was revoked stays revoked, and the service stays ready.
 */
@Tag("full")
final class ClockJumpIT {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration MINUTES = Duration.ofMinutes(2);

  /** What an owner changes in {@link #uses}. */
  private static final int CHANGES = 5;

  private static final String AUTH = "/api/v1/auth/";

  @TempDir private Path directory;

  /** What a clock is part of. */
  private record Jump(String what, FakeClock clock, Duration by) {}

  @Test
  void keepsSessionsAndRevocationsWhenAClockJumps() throws Exception {
    Path clocks = Debian.directory("clocks");
    try (Dependencies dependencies = Dependencies.start(directory.resolve("stack"));
        DebianPostgres postgres = DebianPostgres.primary(Map.of())) {
      FakeClock ofPostgres = new FakeClock(Files.createDirectory(clocks.resolve("postgres")));
      FakeClock ofService = new FakeClock(Files.createDirectory(clocks.resolve("service")));
      Debian.give(clocks);
      postgres.kill();
      postgres.with(ofPostgres.variables()).start();
      try (ServiceProcess service =
              Production.service(dependencies, Map.of("DATABASE_URL", postgres.url()))
                  .with(ofService.variables())
                  .startReady();
          ApiClient client = new ApiClient(service.baseUrl())) {
        for (Jump jump :
            List.of(
                new Jump("the service's clock + 1 h", ofService, HOUR),
                new Jump("the service's clock - 1 h", ofService, HOUR.negated()),
                new Jump("PostgreSQL's clock + 1 h", ofPostgres, HOUR),
                new Jump("PostgreSQL's clock - 1 h", ofPostgres, HOUR.negated()))) {
          survives(client, postgres, jump);
        }
      }
    } finally {
      Debian.delete(clocks);
    }
  }

  private static void survives(ApiClient client, DebianPostgres postgres, Jump jump)
      throws Exception {
    String email = TestStack.newEmail();
    String kept =
        require(jump, client, "register", TestStack.credentials(email), 201).field("refresh_token");
    Reply ended = require(jump, client, "login", TestStack.credentials(email), 200);
    assertThat(client.post(AUTH + "logout", ended.field("access_token"), "").status())
        .isEqualTo(204);

    jump.clock().jump(jump.by());
    TimeUnit.SECONDS.sleep(3);
    assertThat(difference(client, postgres, email)).as(jump.what()).isCloseTo(HOUR, MINUTES);
    String later = uses(client, jump, email, kept, ended);
    jump.clock().jump(Duration.ZERO);
    TimeUnit.SECONDS.sleep(3);
    String _ = uses(client, jump, email, later, ended);
    OutageTable.add(jump.what() + ", and back", Duration.ZERO, 2 * CHANGES + 3);
  }

  /** Returns how much the clocks of the service and of PostgreSQL differ. */
  private static Duration difference(ApiClient client, DebianPostgres postgres, String email)
      throws IOException, InterruptedException {
    String token =
        client.post(AUTH + "login", "", TestStack.credentials(email)).field("access_token");
    byte[] claims = Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]);
    long ofService = Json.read(new String(claims, StandardCharsets.UTF_8)).path("iat").asLong();
    long ofPostgres =
        Long.parseLong(postgres.value("SELECT extract(epoch FROM clock_timestamp())::bigint"));
    return Duration.ofSeconds(ofService - ofPostgres).abs();
  }

  /** Uses an account as its owner does; returns the refresh token of its last session. */
  private static String uses(ApiClient client, Jump jump, String email, String kept, Reply ended)
      throws IOException, InterruptedException {
    assertThat(client.answers("/health-check", Duration.ofSeconds(2))).as(jump.what()).isTrue();
    Reply refreshed = require(jump, client, "refresh", Json.of("refresh_token", kept), 200);
    alive(jump, client, refreshed, 200);
    Reply login = require(jump, client, "login", TestStack.credentials(email), 200);
    alive(jump, client, login, 200);
    alive(jump, client, ended, 401);
    Reply _ =
        require(
            jump, client, "refresh", Json.of("refresh_token", ended.field("refresh_token")), 401);
    // A password change ends all other sessions, and those opened after it live.
    String next = "eight quiet lanterns";
    Reply changed =
        client.post(
            AUTH + "password",
            login.field("access_token"),
            Json.of("current_password", "seven quiet lanterns", "new_password", next));
    assertThat(changed.status()).as(jump.what() + changed.body()).isEqualTo(200);
    alive(jump, client, changed, 200);
    alive(jump, client, refreshed, 401);
    Reply again = require(jump, client, "login", Json.credentials(email, next), 200);
    alive(jump, client, again, 200);
    Reply back =
        client.post(
            AUTH + "password",
            again.field("access_token"),
            Json.of("current_password", next, "new_password", "seven quiet lanterns"));
    assertThat(back.status()).as(jump.what() + back.body()).isEqualTo(200);
    return back.field("refresh_token");
  }

  private static void alive(Jump jump, ApiClient client, Reply session, int status)
      throws IOException, InterruptedException {
    Reply me = client.get(AUTH + "me", session.field("access_token"));
    assertThat(me.status()).as(jump.what() + ": " + me.body()).isEqualTo(status);
  }

  private static Reply require(Jump jump, ApiClient client, String action, String body, int status)
      throws IOException, InterruptedException {
    Reply reply = client.post(AUTH + action, "", body);
    assertThat(reply.status()).as(jump.what() + ": " + reply.body()).isEqualTo(status);
    return reply;
  }
}
