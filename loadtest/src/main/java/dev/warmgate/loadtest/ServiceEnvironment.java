package dev.warmgate.loadtest;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The environment variables that connect the service to its stack. */
final class ServiceEnvironment {
  private ServiceEnvironment() {}

  /** The variables of the service and its commands. */
  static Map<String, String> of(
      StackOptions options,
      int port,
      int adminPort,
      LocalPostgres postgres,
      LocalRedis redis,
      Map<String, String> secrets) {
    Map<String, String> environment = new TreeMap<>(options.environment());
    environment.putAll(secrets);
    environment.put("WARMGATE_MODE", "development");
    environment.put("WARMGATE_ISSUER", "http://127.0.0.1:" + port);
    environment.put("BIND_HOST", options.inherited("BIND_HOST", "127.0.0.1"));
    environment.put("PORT", Integer.toString(port));
    environment.put("ADMIN_PORT", Integer.toString(adminPort));
    environment.put("DATABASE_URL", postgres.url());
    environment.put("REDIS_URL", redis.url());
    return environment;
  }

  /** The additional variables of the agent; the receiver accepts metrics but discards them. */
  static Map<String, String> ofAgent(StackOptions options, SpanReceiver spans) {
    String file = options.project().resolve("service/config/otel.yml").toString();
    return Map.of(
        "OTEL_CONFIG_FILE", options.inherited("OTEL_CONFIG_FILE", file),
        "OTEL_EXPORTER_OTLP_ENDPOINT", spans.endpoint(),
        // Milliseconds; with the default of 5000, a trace would be visible only seconds later.
        "OTEL_BSP_SCHEDULE_DELAY", "500");
  }

  /** Formats the variables as lines that a shell can source; no value contains a quote. */
  static String asShell(Map<String, String> environment) {
    return environment.entrySet().stream()
        .map(entry -> entry.getKey() + "='" + entry.getValue() + "'\n")
        .collect(Collectors.joining());
  }
}
