package dev.warmgate.loadtest.compare;

import static org.assertj.core.api.Assertions.assertThat;

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
    assertThat(table.json())
        .contains(
            "{\"login\": 160.000, \"cpu\": 5.000}",
            "{\"way\": \"no pool\", \"trials\": [{\"login\": 600.000, \"cpu\": 4.200}]}");
  }
}
