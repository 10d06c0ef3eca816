package dev.warmgate.loadtest;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Asks the PostgreSQL of a stack, and changes it; what it cannot do it throws. */
public final class StackDatabase {
  private StackDatabase() {}

  /** The single number that a query yields; opens a connection of its own. */
  public static long number(Path stack, String query) throws IOException, SQLException {
    try (Connection connection = open(stack);
        ResultSet row = connection.createStatement().executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }

  /** Changes rows behind the service's back. */
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
