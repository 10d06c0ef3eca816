package dev.warmgate.loadtest.production;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.loadtest.fault.Kill;
import dev.warmgate.loadtest.http.ApiClient;
import dev.warmgate.loadtest.http.Json;
import dev.warmgate.loadtest.http.Reply;
import dev.warmgate.loadtest.stack.Dependencies;
import dev.warmgate.loadtest.stack.ServiceProcess;
import dev.warmgate.loadtest.testkit.TestStack;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Follows the runbook of backup and restore: dumps PostgreSQL under load, restores the dump on
 * another server, and checks what the restored service knows and what it does not.
 */
@Tag("full")
final class BackupIT {
  private static final String AUTH = "/api/v1/auth/";

  /** The step of the runbook that ends what may have been revoked after the backup. */
  private static final String END_ALL =
      "UPDATE account SET sessions_ended_at = clock_timestamp(), spared_session = NULL";

  @TempDir private Path directory;

  @Test
  void restoresWhatTheDumpHasOnAnotherServer() throws Exception {
    try (Dependencies dependencies = Dependencies.start(directory.resolve("stack"));
        DebianPostgres production = DebianPostgres.primary(Map.of());
        DebianPostgres elsewhere = DebianPostgres.primary(Map.of())) {
      String known = TestStack.credentials(TestStack.newEmail());
      String later = TestStack.credentials(TestStack.newEmail());
      Path dump = production.home().resolve("warmgate.dump");
      Reply session;
      Reply revoked;
      String newer;
      try (ServiceProcess service = start(dependencies, production, "production");
          ApiClient client = new ApiClient(service.baseUrl());
          UserLoad load = UserLoad.on(service.baseUrl())) {
        session = post(client, "register", known, 201);
        revoked = post(client, "login", known, 200);
        String _ = production.tool("pg_dump", "--format=custom", "--file=" + dump, "warmgate");
        newer = refreshed(client, refreshed(client, session.field("refresh_token")));
        assertThat(client.post(AUTH + "logout", revoked.field("access_token"), "").status())
            .isEqualTo(204);
        post(client, "register", later, 201);
        int acknowledged = load.acknowledgedAndKept(service.tailOfLog());
        assertThat(load.failures()).isEmpty();
        Outages.add("a dump under load", load.longestSilence(), acknowledged);
      }

      String _ =
          elsewhere.tool(
              "pg_restore",
              "--exit-on-error",
              "--no-owner",
              "--role=" + DebianPostgres.ROLE,
              "--dbname=warmgate",
              dump.toString());
      try (ServiceProcess service = start(dependencies, elsewhere, "restored");
          ApiClient client = new ApiClient(service.baseUrl())) {
        // The keys decrypt: a token that was signed before the dump is good.
        assertThat(me(client, session)).isEqualTo(200);
        post(client, "login", known, 200);
        post(client, "login", later, 401);
        assertThat(post(client, "refresh", refresh(newer), 401).field("code"))
            .isEqualTo("invalid_refresh_token");
        // The token that was current in the dump goes on.
        String _ = refreshed(client, session.field("refresh_token"));
        // What ended after the dump is open again.
        assertThat(me(client, revoked)).isEqualTo(200);
      }

      elsewhere.execute(END_ALL);
      Kill.redis(dependencies.redis());
      dependencies.startRedis();
      try (ServiceProcess service = start(dependencies, elsewhere, "safe");
          ApiClient client = new ApiClient(service.baseUrl())) {
        assertThat(me(client, revoked)).isEqualTo(401);
        assertThat(me(client, session)).isEqualTo(401);
        assertThat(post(client, "refresh", refresh(newer), 401).field("code"))
            .isEqualTo("session_ended");
        Reply again = post(client, "login", known, 200);
        assertThat(me(client, again)).isEqualTo(200);
      }
    }
  }

  private static ServiceProcess start(
      Dependencies dependencies, DebianPostgres postgres, String name) throws Exception {
    return Production.service(dependencies, Map.of("DATABASE_URL", postgres.url()))
        .named(name)
        .startReady();
  }

  private static Reply post(ApiClient client, String action, String body, int status)
      throws IOException, InterruptedException {
    Reply reply =
        client.call("POST", AUTH + action).json(body).limit(Duration.ofSeconds(10)).send();
    assertThat(reply.status()).as(action + ": " + reply.body()).isEqualTo(status);
    return reply;
  }

  private static String refreshed(ApiClient client, String token)
      throws IOException, InterruptedException {
    return post(client, "refresh", refresh(token), 200).field("refresh_token");
  }

  private static String refresh(String token) {
    return Json.of("refresh_token", token);
  }

  private static int me(ApiClient client, Reply session) throws IOException, InterruptedException {
    return client.get(AUTH + "me", session.field("access_token")).status();
  }
}
