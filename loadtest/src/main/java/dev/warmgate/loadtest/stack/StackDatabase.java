package dev.warmgate.loadtest.stack;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Queries and changes the PostgreSQL database of a stack; failures are thrown as {@link
 * SQLException}.
 */
public final class StackDatabase {
  private final String url;

  StackDatabase(String url) {
    this.url = url.replaceFirst("postgres://[^@]*@", "jdbc:postgresql://");
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

  private Connection open() throws SQLException {
    return DriverManager.getConnection(url, "warmgate", "");
  }
}
