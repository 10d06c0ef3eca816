package dev.warmgate.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/** The statement of a DAO, run by PostgreSQL with the same parameters to see how it is planned. */
public final class Plan {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern PARAMETER = Pattern.compile("(?<!:):([a-zA-Z.]+)");

  private final String sql;
  private final List<String> parameters = new ArrayList<>();

  private Plan(String sql) {
    Matcher parameter = PARAMETER.matcher(sql);
    while (parameter.find()) {
      parameters.add(parameter.group(1));
    }
    this.sql = "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + PARAMETER.matcher(sql).replaceAll("?");
  }

  public static Plan of(Class<?> dao, String method) {
    return new Plan(statement(dao, method));
  }

  public static String statement(Class<?> dao, String method) {
    return Stream.of(dao.getMethods())
        .filter(one -> one.getName().equals(method))
        .findFirst()
        .orElseThrow()
        .getAnnotation(SqlQuery.class)
        .value();
  }

  /** Runs the statement; a parameter without a value is NULL. */
  public JsonNode run(Connection connection, Map<String, Object> values)
      throws SQLException, JsonProcessingException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.size(); i++) {
        statement.setObject(i + 1, values.get(parameters.get(i)));
      }
      ResultSet plan = statement.executeQuery();
      plan.next();
      return JSON.readTree(plan.getString(1)).at("/0/Plan");
    }
  }

  /** The pages that the statement read, in memory or not. */
  public static int pages(JsonNode plan) {
    return plan.path("Shared Hit Blocks").asInt() + plan.path("Shared Read Blocks").asInt();
  }
}
