package dev.warmgate.loadtest.compare;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmgate.loadtest.http.Json;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TableTest {
  private final Table table = new Table(List.of("login", "cpu", "overload"));

  TableTest() {
    table.add(Table.ALL_ON, Map.of("login", 140.0, "cpu", 4.0, "overload", 300.0));
    table.add(Table.ALL_ON, Map.of("login", 160.0, "cpu", 5.0));
    table.add("no pool", Map.of("login", 600.0, "cpu", 4.2));
  }

  @Test
  void showsTheDifferenceToTheMeanWithAllFixesOn() {
    assertThat(table.markdown())
        .containsExactly(
            "| | login | cpu | overload | starts |",
            "|---|---|---|---|---|",
            "| all fixes on | 150 | 4.50 | 300 | 2 |",
            "| no pool | 600 (+450) | 4.20 (-0.30) | – | 1 |");
  }

  @Test
  void leavesOutMissingFigures() {
    assertThat(table.text())
        .containsExactly(
            "all fixes on:",
            "  login                      150",
            "  cpu                        4.50",
            "  overload                   300",
            "no pool:",
            "  login                      600 (+450)",
            "  cpu                        4.20 (-0.30)");
  }

  @Test
  void keepsEveryTrialAsJson() {
    JsonNode ways = Json.read(table.json());

    assertThat(ways.at("/0/trials/1/login").asDouble()).isEqualTo(160);
    assertThat(ways.at("/0/trials/1").has("overload")).isFalse();
    assertThat(ways.at("/1/way").asText()).isEqualTo("no pool");
    assertThat(ways.at("/1/trials/0/cpu").asDouble()).isEqualTo(4.2);
  }
}
