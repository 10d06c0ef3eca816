package dev.warmgate.testkit;

import java.util.HashMap;
import java.util.Map;

/** The environment variables of a service in development whose PostgreSQL is away. */
public final class LocalVariables {
  private LocalVariables() {}

  /** Returns them in a new map, with two free ports. */
  public static Map<String, String> withoutDatabase() {
    Map<String, String> variables = new HashMap<>();
    variables.put("WARMGATE_MODE", "development");
    variables.put("DATABASE_URL", "postgres://u:p@127.0.0.1:" + Dependencies.freePort() + "/x");
    variables.put("REDIS_URL", Dependencies.redisUrl());
    variables.put("WARMGATE_ISSUER", "http://127.0.0.1:8080");
    variables.put("WARMGATE_KEY_ENCRYPTION_KEYS", RunningService.KEY);
    variables.put("WARMGATE_REFRESH_KEYS", RunningService.KEY);
    variables.put("BIND_HOST", "127.0.0.1");
    variables.put("PORT", Integer.toString(Dependencies.freePort()));
    variables.put("ADMIN_PORT", Integer.toString(Dependencies.freePort()));
    return variables;
  }
}
