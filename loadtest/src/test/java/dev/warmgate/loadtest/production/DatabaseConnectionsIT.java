package dev.warmgate.loadtest.production;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.loadtest.http.ApiClient;
import dev.warmgate.loadtest.stack.Dependencies;
import dev.warmgate.loadtest.stack.ServiceProcess;
import dev.warmgate.loadtest.testkit.TestStack;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Connects to PostgreSQL with a certificate of an authority of its own, over IPv6, with a password
 * of any characters, and as a role that may create nothing.
 */
@Tag("full")
final class DatabaseConnectionsIT {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String SERVING = "serving";
  private static final String VERIFIED = "?sslmode=verify-full&sslrootcert=";

  @TempDir private static Path root;

  private static Path directory;
  private static Dependencies dependencies;
  private static OwnAuthority authority;
  private static DebianPostgres postgres;

  @BeforeAll
  static void start() throws Exception {
    directory = root.resolve("stack");
    dependencies = Dependencies.start(directory);
    authority = OwnAuthority.create();
    postgres =
        DebianPostgres.primary(
            Map.of(
                "ssl", "on",
                "ssl_cert_file", authority.certificate(),
                "ssl_key_file", authority.key()));
  }

  @AfterAll
  static void stop() throws Exception {
    dependencies.close();
    postgres.close();
    authority.close();
  }

  @Test
  void servesWithVerifiedCertificatesAndWithoutTheRightToCreate() throws Exception {
    String verified = VERIFIED + authority.ca();
    String owners = postgres.url("localhost:" + postgres.port(), verified);
    serves("owner", owners);
    assertThat(
            postgres.value(
                "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = 'warmgate'"))
        .isEqualTo("f");

    postgres.execute(
        "CREATE ROLE "
            + SERVING
            + " LOGIN PASSWORD "
            + DebianPostgres.quoted(DebianPostgres.PASSWORD));
    postgres.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC");
    postgres.execute("CALL let_serve('" + SERVING + "')");
    // The driver compares an IPv6 address with the certificate's in another notation.
    String byAddress = verified.replace("verify-full", "verify-ca");
    serves(
        SERVING,
        DebianPostgres.url(
            SERVING, DebianPostgres.PASSWORD, "[::1]:" + postgres.port(), byAddress));
    assertThat(postgres.value("SELECT has_schema_privilege('serving', 'public', 'CREATE')"))
        .isEqualTo("f");
  }

  private static void serves(String name, String url) throws Exception {
    try (ServiceProcess service =
            Production.service(dependencies, Map.of("DATABASE_URL", url)).named(name).startReady();
        ApiClient client = new ApiClient(service.baseUrl())) {
      assertThat(
              postgres.value(
                  "SELECT bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)"
                      + " WHERE usename = '%s'"
                          .formatted(name.equals(SERVING) ? name : "warmgate")))
          .isEqualTo("t");
      String account = TestStack.credentials(TestStack.newEmail());
      assertThat(client.post("/api/v1/auth/register", "", account).status()).isEqualTo(201);
      assertThat(client.post("/api/v1/auth/login", "", account).status()).isEqualTo(200);
    }
  }

  @Test
  void refusesAServerOfAnotherAuthority() throws Exception {
    try (OwnAuthority other = OwnAuthority.create()) {
      String url = postgres.url("localhost:" + postgres.port(), VERIFIED + other.ca());
      try (ServiceProcess service =
              Production.service(dependencies, Map.of("DATABASE_URL", url)).named("other").start();
          ApiClient client = new ApiClient(service.baseUrl())) {
        TestStack.await(
            SOON, () -> Production.lines(directory, "other", "no connection to PostgreSQL: ") == 1);
        assertThat(client.answers("/health-check", SOON)).isFalse();
        assertThat(Production.lines(directory, "other", "database.url, DATABASE_URL")).isPositive();
      }
    }
  }
}
