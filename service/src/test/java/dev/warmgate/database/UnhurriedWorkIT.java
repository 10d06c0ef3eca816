package dev.warmgate.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmgate.testkit.Dependencies;
import dev.warmgate.testkit.OtherProcess;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.junit.jupiter.api.Test;

/** Checks that background work may run longer than a request may. */
final class UnhurriedWorkIT {
  /** Takes longer than a request's statement may, and less than the socket timeout. */
  interface Slow {
    @SqlQuery("SELECT 1 FROM pg_sleep(1.5)")
    int work();
  }

  @Test
  void isNotCancelled() {
    try (OtherProcess process = new OtherProcess(Dependencies.newDatabaseUrl())) {
      Database database = process.foundation().database();
      assertThat(database.unhurriedDao(Slow.class).work()).isEqualTo(1);

      assertThatThrownBy(() -> database.dao(Slow.class).work()).isNotNull();
      assertThatThrownBy(() -> database.backgroundDao(Slow.class).work()).isNotNull();
    }
  }
}
