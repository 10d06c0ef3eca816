package dev.warmgate.loadtest.production;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.loadtest.http.ApiClient;
import dev.warmgate.loadtest.http.Json;
import dev.warmgate.loadtest.http.Reply;
import dev.warmgate.loadtest.stack.Dependencies;
import dev.warmgate.loadtest.stack.ServiceProcess;
import dev.warmgate.loadtest.testkit.TestStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Follows the runbook of backup and restore by its own commands: dumps PostgreSQL under load,
 * restores the dump on a server that knows neither roles nor database, and checks what the restored
 * service knows and what it does not.
 */
@Tag("full")
final class BackupIT {
  private static final String AUTH = "/api/v1/auth/";
  private static final String OWNER = "warmgate_owner";
  private static final String OWNER_PASSWORD = "of the owner";

  @TempDir private Path directory;

  @Test
  void restoresWhatTheDumpHasOnAnotherServer() throws Exception {
    List<String> backUp = Runbook.commands("Back up");
    List<String> restore = Runbook.commands("Restore");
    assertThat(backUp).hasSize(1);
    assertThat(restore).as("restore, end sessions, empty Redis, migrate").hasSize(4);
    try (Dependencies dependencies = Dependencies.start(directory.resolve("stack"));
        DebianPostgres production = DebianPostgres.bare(Map.of());
        DebianPostgres elsewhere = DebianPostgres.bare(Map.of())) {
      Path backup = Files.createDirectory(directory.resolve("backup"));
      // As the documentation has it.
      production.execute("CREATE ROLE %s LOGIN PASSWORD '%s'".formatted(OWNER, OWNER_PASSWORD));
      production.execute(
          "CREATE ROLE warmgate LOGIN PASSWORD " + DebianPostgres.quoted(DebianPostgres.PASSWORD));
      production.execute("CREATE DATABASE warmgate OWNER " + OWNER);
      Runbook here = new Runbook(backup, variables(dependencies, production));
      Runbook there = new Runbook(backup, variables(dependencies, elsewhere));
      here.run(restore.get(3));

      String known = TestStack.credentials(TestStack.newEmail());
      String later = TestStack.credentials(TestStack.newEmail());
      Reply session;
      Reply revoked;
      String newer;
      try (ServiceProcess service = start(dependencies, production, "production");
          ApiClient client = new ApiClient(service.baseUrl());
          UserLoad load = UserLoad.on(service.baseUrl())) {
        session = post(client, "register", known, 201);
        revoked = post(client, "login", known, 200);
        here.run(backUp.getFirst());
        newer = refreshed(client, refreshed(client, session.field("refresh_token")));
        assertThat(client.post(AUTH + "logout", revoked.field("access_token"), "").status())
            .isEqualTo(204);
        post(client, "register", later, 201);
        int acknowledged = load.endWithoutLoss(service.tailOfLog());
        assertThat(load.failedLogins()).isEmpty();
        assertThat(load.unanswered()).isZero();
        OutageTable.add("a dump under load", load.longestSilence(), acknowledged);
      }

      there.run(restore.get(0));
      there.run(restore.get(2));
      there.run(restore.get(3));
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

      there.run(restore.get(1));
      there.run(restore.get(2));
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

  /** The environment of the service and of an operator, who is the server's superuser. */
  private static Map<String, String> variables(Dependencies dependencies, DebianPostgres postgres)
      throws IOException {
    Map<String, String> variables = new HashMap<>(dependencies.environment());
    variables.putAll(postgres.variables());
    variables.put("DATABASE_URL", postgres.url());
    variables.put(
        "MIGRATION_DATABASE_URL", DebianPostgres.url(OWNER, OWNER_PASSWORD, postgres.host(), ""));
    return variables;
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
