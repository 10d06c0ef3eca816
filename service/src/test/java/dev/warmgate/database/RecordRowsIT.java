package dev.warmgate.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmgate.testkit.OwnPostgres;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.mapper.RowMapper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Checks that rows become records, and that each statement is looked at once. */
final class RecordRowsIT {
  private static final String BOTH = "SELECT 1 AS first_part, 'b' AS second_part";

  @RegisterExtension static final OwnPostgres POSTGRES = new OwnPostgres();

  /** Named as two columns. */
  public record Pair(int firstPart, String secondPart) {}

  /** Named as the same columns, in another order. */
  public record Reversed(String secondPart, int firstPart) {}

  private final RecordRows rows = new RecordRows();
  private Handle handle;

  @BeforeEach
  void open() {
    DatabaseUrl url = DatabaseUrl.parse(POSTGRES.url());
    handle = Jdbi.create(url.jdbcUrl(), url.user(), url.password()).registerRowMapper(rows).open();
  }

  @AfterEach
  void close() {
    handle.close();
  }

  @Test
  void findsTheColumnsOfEachStatement() {
    String other = "SELECT 'd' AS second_part, 0 AS other, 3 AS first_part";
    for (int i = 0; i < 2; i++) {
      assertThat(read(BOTH)).containsExactly(new Pair(1, "b"));
      assertThat(read(other)).containsExactly(new Pair(3, "d"));
    }
  }

  @Test
  void readsOneStatementAsTwoKindsOfRecords() {
    assertThat(read(BOTH)).containsExactly(new Pair(1, "b"));
    assertThat(handle.createQuery(BOTH).mapTo(Reversed.class).list())
        .containsExactly(new Reversed("b", 1));
  }

  @Test
  void looksAtAStatementOnce() {
    RowMapper<?> first = specialized(BOTH);

    assertThat(specialized(BOTH)).isSameAs(first);
    assertThat(specialized(BOTH + " WHERE true")).isNotSameAs(first);
  }

  @Test
  void refusesAStatementThatLacksAColumnEveryTime() {
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> read("SELECT 1 AS first_part"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("secondPart");
    }
  }

  private List<Pair> read(String sql) {
    return handle.createQuery(sql).mapTo(Pair.class).list();
  }

  private RowMapper<?> specialized(String sql) {
    RowMapper<?> mapper = rows.build(Pair.class, handle.getConfig()).orElseThrow();
    return handle
        .createQuery(sql)
        .scanResultSet((results, statement) -> mapper.specialize(results.get(), statement));
  }
}
