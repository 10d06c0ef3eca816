package dev.warmgate.loadtest.stack;

import dev.warmgate.database.DatabaseUrl;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.PGConnection;

/**
 * Queries and changes the PostgreSQL database of a stack; failures are thrown as {@link
 * SQLException}.
 */
public final class StackDatabase {
  private final DatabaseUrl url;
  private final String user;
  private final String password;

  StackDatabase(String url) {
    this.url = DatabaseUrl.parse(url);
    this.user = this.url.user();
    this.password = this.url.password();
  }

  private StackDatabase(DatabaseUrl url, String user, String password) {
    this.url = url;
    this.user = user;
    this.password = password;
  }

  /** Returns the single number that the query yields, over a new connection. */
  public long number(String query) throws SQLException {
    try (Connection connection = open();
        ResultSet row = connection.createStatement().executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }

  /** Changes rows without the service's knowledge; returns how many. */
  public int change(String statement) throws SQLException {
    try (Connection connection = open();
        Statement change = connection.createStatement()) {
      return change.executeUpdate(statement);
    }
  }

  /** Reads one row of a query. */
  public interface Row<T> {
    T read(ResultSet row) throws SQLException;
  }

  /** Returns all rows of the query. */
  public <T> List<T> rows(String query, Row<T> reader) throws SQLException {
    try (Connection connection = open();
        ResultSet row = connection.createStatement().executeQuery(query)) {
      List<T> rows = new ArrayList<>();
      while (row.next()) {
        rows.add(reader.read(row));
      }
      return rows;
    }
  }

  /** Runs statements over one connection, each in its own transaction. */
  public void run(List<String> statements) throws SQLException {
    try (Connection connection = open();
        Statement statement = connection.createStatement()) {
      for (String one : statements) {
        statement.execute(one);
      }
    }
  }

  /** Copies a CSV file with a header into a table; {@code into} names the table and its columns. */
  public void copy(String into, Path csv) throws SQLException, IOException {
    try (Connection connection = open();
        Reader rows = Files.newBufferedReader(csv)) {
      long _ =
          connection
              .unwrap(PGConnection.class)
              .getCopyAPI()
              .copyIn("COPY " + into + " FROM STDIN (FORMAT csv, HEADER)", rows);
    }
  }

  /** Returns the same database, used by its superuser. */
  public StackDatabase asSuperuser() {
    return new StackDatabase(url, "postgres", "");
  }

  private Connection open() throws SQLException {
    return DriverManager.getConnection(url.jdbcUrl(), user, password);
  }
}
