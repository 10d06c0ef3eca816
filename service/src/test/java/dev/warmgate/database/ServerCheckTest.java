package dev.warmgate.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ServerCheckTest {
  private static final String SWITCH = "set database.pooler, DATABASE_POOLER=transaction";
  private static final String POOLERS_OWN = "add it to the pooler's ignore_startup_parameters";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "unsupported startup parameter: options | NONE | options | " + SWITCH,
        "unsupported startup parameter in options: search_path | NONE | search_path | " + SWITCH,
        "FATAL: unsupported startup parameter: options | NONE | options | " + SWITCH,
        "unsupported startup parameter: extra_float_digits | PREPARED | extra_float_digits | "
            + POOLERS_OWN,
        "unsupported startup parameter: options | TRANSACTION | options | " + POOLERS_OWN,
      })
  void namesThePoolerAndTheSetting(
      String refusal, Pooler pooler, String parameter, String setting) {
    SQLException explained = servers(pooler).explained(new SQLException(refusal, "08P01"));

    assertThat((Throwable) explained)
        .hasMessageStartingWith("a pooler, such as PgBouncer")
        .hasMessageContaining("parameter " + parameter)
        .hasMessageEndingWith(setting);
    assertThat(explained.getSQLState()).isEqualTo("08P01");
  }

  @Test
  void leavesOtherFailuresAlone() {
    SQLException other = new SQLException((String) null);

    assertThat((Throwable) servers(Pooler.NONE).explained(other)).isSameAs(other);
  }

  private static ServerCheck servers(Pooler pooler) {
    return new ServerCheck(
        new DatabaseConfiguration(
            DatabaseUrl.parse("postgres://u:p@a,b/auth"),
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            pooler));
  }
}
