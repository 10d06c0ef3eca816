package dev.warmgate.database;

import java.lang.reflect.Type;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.config.ConfigRegistry;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.mapper.RowMapperFactory;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.jdbi.v3.core.statement.StatementContext;

/**
 * Reads rows as records whose components are named as the columns. Jdbi finds out at each execution
 * which column belongs to which component; this class remembers it for each statement, whose text
 * as its author wrote it must therefore decide on its columns. A statement fails if it lacks a
 * column, as with Jdbi alone.
 */
public final class RecordRows implements RowMapperFactory {
  private final Map<Type, RowMapper<?>> records = new ConcurrentHashMap<>();

  @Override
  public Optional<RowMapper<?>> build(Type type, ConfigRegistry configuration) {
    return type instanceof Class<?> row && row.isRecord()
        ? Optional.of(records.computeIfAbsent(type, _ -> new Rows<>(ConstructorMapper.of(row))))
        : Optional.empty();
  }

  private static final class Rows<T> implements RowMapper<T> {
    private final RowMapper<T> any;

    /** By the text of the statement before values and lists are put into it. */
    private final Map<String, RowMapper<T>> ofStatements = new ConcurrentHashMap<>();

    private Rows(RowMapper<T> any) {
      this.any = any;
    }

    @Override
    public T map(ResultSet rows, StatementContext statement) throws SQLException {
      return specialize(rows, statement).map(rows, statement);
    }

    @Override
    public RowMapper<T> specialize(ResultSet rows, StatementContext statement) throws SQLException {
      RowMapper<T> known = ofStatements.get(statement.getRawSql());
      if (known == null) {
        known = any.specialize(rows, statement);
        ofStatements.put(statement.getRawSql(), known);
      }
      return known;
    }
  }
}
