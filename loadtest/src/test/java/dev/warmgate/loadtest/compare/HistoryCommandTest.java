package dev.warmgate.loadtest.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

final class HistoryCommandTest {
  @Test
  void readsTheFiguresOfEachSimulationFromTheReport() throws JsonProcessingException {
    String report =
        """
        {"verdict": "FAIL",
         "environment": {"time": "a time", "commit": "abc1234", "profile": "ci", "cores": 2,
           "processor": "Some CPU", "agent": false},
         "simulations": [{"name": "LoginSimulation", "repeated": true,
           "requests": [{"request": "login", "p95": 999}],
           "figures": {"goodput, logins/s": 1}},
          {"name": "LoginSimulation",
           "requests": [{"request": "login", "p95": 61.25, "failed": 0}],
           "figures": {"capacity, logins/s": 40, "note": "none"}}]}
        """;

    assertThat(HistoryCommand.run(new ObjectMapper().readTree(report)))
        .containsExactly(
            entry("time", "a time"),
            entry("commit", "abc1234"),
            entry("verdict", "FAIL"),
            entry("machine", "2 x Some CPU ci without agent"),
            entry("login.login.p95", "61.250"),
            entry("login.capacity logins/s", "40.000"));
  }
}
