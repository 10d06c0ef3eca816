package dev.warmgate.account;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmgate.testkit.Plan;
import dev.warmgate.testkit.RunningService;
import java.sql.Connection;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Checks how much a login reads to find its account, which must not depend on their number. */
final class LoginReadsIT {
  @RegisterExtension static final RunningService SERVICE = new RunningService();

  @Test
  void theHeightOfTheIndexAndOnePageOfTheTable() throws Exception {
    SERVICE.sql(
        "INSERT INTO account (id, email, email_key, password_hash, role)"
            + " SELECT gen_random_uuid(), k, k, repeat('x', 97), 'user'"
            + " FROM (SELECT md5(n::text) || '@example.org' AS k FROM generate_series(1, 50000) n)");
    SERVICE.sql("VACUUM ANALYZE account");
    SERVICE.sql("CREATE EXTENSION pageinspect");
    int height =
        Integer.parseInt(SERVICE.value("SELECT level + 1 FROM bt_metap('account_email_key_key')"));
    String address = SERVICE.value("SELECT md5('25000') || '@example.org'");

    try (Connection connection = SERVICE.connection()) {
      Plan plan = Plan.of(CredentialsDao.class, "findByEmail");
      // The first one also reads what a new connection does not know of the table.
      plan.run(connection, Map.of("emailKey", address));
      JsonNode found = plan.run(connection, Map.of("emailKey", address));
      assertThat(found.path("Actual Rows").asInt()).isEqualTo(1);
      assertThat(found.path("Node Type").asText()).isEqualTo("Index Scan");
      assertThat(Plan.pages(found)).isEqualTo(height + 1);
      JsonNode missed = plan.run(connection, Map.of("emailKey", "nobody@example.org"));
      assertThat(Plan.pages(missed)).isEqualTo(height);
    }
    assertThat(height).isBetween(2, 3);
  }
}
