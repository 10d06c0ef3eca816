package dev.warmgate.loadtest;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Asks the PostgreSQL of a stack how it was used; what it cannot ask it throws. */
public final class StackDatabase {
  private StackDatabase() {}

  /** The single number that a query yields; opens a connection of its own. */
  public static long number(Path stack, String query) throws IOException, SQLException {
    String url =
        SecondService.databaseUrl(stack).replaceFirst("postgres://[^@]*@", "jdbc:postgresql://");
    try (Connection connection = DriverManager.getConnection(url, "warmgate", "");
        ResultSet row = connection.createStatement().executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }
}
