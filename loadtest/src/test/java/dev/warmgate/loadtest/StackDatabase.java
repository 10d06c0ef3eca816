package dev.warmgate.loadtest;

import java.io.IOException;
import java.nio.file.Path;
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
  private StackDatabase() {}

  /** Returns the single number that the query yields, over a new connection. */
  public static long number(Path stack, String query) throws IOException, SQLException {
    try (Connection connection = open(stack);
        ResultSet row = connection.createStatement().executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }

  /** Changes rows without the service's knowledge. */
  public static void change(Path stack, String statement) throws IOException, SQLException {
    try (Connection connection = open(stack);
        Statement change = connection.createStatement()) {
      change.executeUpdate(statement);
    }
  }

  private static Connection open(Path stack) throws IOException, SQLException {
    String url =
        SecondService.databaseUrl(stack).replaceFirst("postgres://[^@]*@", "jdbc:postgresql://");
    return DriverManager.getConnection(url, "warmgate", "");
  }
}
