package dev.warmgate.loadtest.compare;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmgate.loadtest.http.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Called by {@code scripts/gate.sh}: {@code append FILE REPORT} adds a run of the gate from its
 * {@code report.json}, {@code changes FILE} prints which figures changed, and when. Prints one line
 * and exits with 64 if a file is missing or of another kind.
 */
public final class HistoryCommand {
  private static final int USAGE = 64;

  private HistoryCommand() {}

  public static void main(String[] arguments) throws IOException {
    Path file = Path.of(arguments[1]);
    try {
      if (arguments[0].equals("append")) {
        History.append(file, run(Json.read(Files.readString(Path.of(arguments[2])))));
      } else {
        History.read(file).changes().forEach(System.out::println);
      }
    } catch (NoSuchFileException missing) {
      complain("File not found: " + missing.getMessage());
    } catch (IllegalArgumentException e) {
      complain(e.getMessage());
    }
  }

  private static void complain(String why) {
    System.err.println(why);
    System.exit(USAGE);
  }

  /**
   * Converts a report to a run. The machine's name includes everything that makes runs
   * incomparable: another profile, length or rate, no agent, or another service.
   */
  static Map<String, String> run(JsonNode report) {
    JsonNode environment = report.path("environment");
    Map<String, String> run = new LinkedHashMap<>();
    run.put("time", environment.path("time").asText());
    run.put("commit", environment.path("commit").asText());
    run.put("verdict", report.path("verdict").asText());
    run.put(
        "machine",
        "%d x %s %s%s%s"
            .formatted(
                environment.path("cores").asInt(),
                environment.path("processor").asText(),
                environment.path("profile").asText(),
                environment.path("agent").asBoolean() ? "" : " without agent",
                environment.path("target").asText().startsWith("http")
                    ? " of " + environment.path("target").asText()
                    : ""));
    for (JsonNode simulation : report.path("simulations")) {
      if (simulation.path("repeated").asBoolean()) {
        continue;
      }
      String name =
          simulation.path("name").asText().replaceFirst("Simulation$", "").toLowerCase(Locale.ROOT);
      simulation
          .path("requests")
          .forEach(
              row -> put(run, name + "." + row.path("request").asText() + ".p95", row.path("p95")));
      simulation
          .path("figures")
          .properties()
          .forEach(figure -> put(run, name + "." + figure.getKey(), figure.getValue()));
    }
    return run;
  }

  private static void put(Map<String, String> run, String figure, JsonNode value) {
    if (value.isNumber()) {
      // A comma separates the columns.
      run.put(figure.replace(",", ""), String.format(Locale.ROOT, "%.3f", value.asDouble()));
    }
  }
}
