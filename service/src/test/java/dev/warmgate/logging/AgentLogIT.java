package dev.warmgate.logging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Dependencies;
import dev.warmgate.testkit.LocalVariables;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks that the OpenTelemetry agent logs JSON lines as the service does, from the first one. */
@Tag("full")
final class AgentLogIT {
  @TempDir private Path directory;

  @Test
  void isPartOfTheServicesLog() throws Exception {
    Path out = directory.resolve("out");
    Path err = directory.resolve("err");
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      ProcessBuilder builder =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "@config/jvm.options",
                  "-XX:TieredStopAtLevel=1",
                  "-javaagent:target/opentelemetry-javaagent.jar",
                  "-jar",
                  "target/warmgate.jar",
                  "server",
                  "config/warmgate.yml")
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      Map<String, String> environment = builder.environment();
      environment.putAll(LocalVariables.withoutDatabase());
      environment.put("OTEL_CONFIG_FILE", "config/otel.yml");
      environment.put("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:" + Dependencies.freePort());
      environment.put("OTEL_METRIC_EXPORT_INTERVAL", "100");
      // It stops as soon as it has started.
      environment.put("ADMIN_PORT", Integer.toString(taken.getLocalPort()));
      Process process = builder.start();
      try {
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
      } finally {
        process.destroyForcibly();
      }
    }

    List<String> lines = Files.readAllLines(out);
    assertThat(lines).allMatch(line -> line.startsWith("{\"") && line.endsWith("}"));
    assertThat(lines)
        .filteredOn(line -> line.contains("not exported"))
        .singleElement()
        .asString()
        .contains("Connection refused (see OTEL_EXPORTER_OTLP_ENDPOINT)");
    assertThat(lines).noneMatch(line -> line.contains("io.opentelemetry."));
    assertThat(Files.readString(err)).doesNotContain("otel.javaagent").contains("ADMIN_PORT");
  }
}
