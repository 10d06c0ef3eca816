package dev.warmgate.loadtest.compare;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmgate.loadtest.compare.BenchComparison.Word;
import dev.warmgate.loadtest.gate.verdict.Verdict;
import dev.warmgate.loadtest.http.Json;
import java.util.Locale;
import org.junit.jupiter.api.Test;

final class BenchComparisonTest {
  private static final int ROUNDS = 5;
  private static final double[] NOISE = {0.99, 1.01, 1, 1.02, 0.98};

  @Test
  void callsEqualBuildsTheSame() {
    BenchComparison comparison = comparison("<= 2", 1, NOISE);

    assertThat(comparison.verdict()).isEqualTo(Verdict.PASS);
    assertThat(comparison.reason()).isEqualTo("same");
  }

  @Test
  void failsWhenAFigureWithAnUpperBarGrows() {
    BenchComparison comparison = comparison("<= 2", 1.2, NOISE);

    assertThat(comparison.verdict()).isEqualTo(Verdict.FAIL);
    assertThat(comparison.reason()).isEqualTo("worse: time 1.20 times (1.18 to 1.22)");
  }

  @Test
  void passesWhenAFigureWithALowerBarGrows() {
    BenchComparison comparison = comparison(">= 0.8", 1.2, NOISE);

    assertThat(comparison.verdict()).isEqualTo(Verdict.PASS);
    assertThat(comparison.reason()).startsWith("better: time 1.20 times");
  }

  @Test
  void failsWhenAFigureWithALowerBarFalls() {
    assertThat(comparison(">= 0.8", 0.8, NOISE).verdict()).isEqualTo(Verdict.FAIL);
  }

  @Test
  void ignoresACertainButSmallDifference() {
    assertThat(comparison("<= 2", 1.02, 1, 1, 1, 1, 1).reason()).isEqualTo("same");
  }

  @Test
  void ignoresALargeButUncertainDifference() {
    assertThat(comparison("<= 2", 1.2, 0.8, 1, 1, 1, 1).reason()).isEqualTo("same");
  }

  @Test
  void brokenBarsOfBothBuildsDoNotMatter() {
    assertThat(comparison("<= 0.1", 1, NOISE).verdict()).isEqualTo(Verdict.PASS);
  }

  @Test
  void aFigureWithoutABarGetsOnlyItsRatio() {
    BenchComparison comparison = comparison("<= 2", 1, NOISE);

    assertThat(comparison.rows())
        .filteredOn(row -> row.name().equals("capacity, /s"))
        .singleElement()
        .satisfies(row -> {
          assertThat(row.word()).isEqualTo(Word.NOTED);
          assertThat(row.ratio().median()).isEqualTo(2);
        });
  }

  @Test
  void countsThatWereZeroAreWorseOnlyIfTheyGrewInEveryRound() {
    BenchComparison never = new BenchComparison(2);
    BenchComparison once = new BenchComparison(2);
    BenchComparison always = new BenchComparison(2);
    for (int round = 0; round < 2; round++) {
      never.add(report("PASS", "<= 0", 0), report("PASS", "<= 0", 0));
      once.add(report("PASS", "<= 0", 0), report("FAIL", "<= 0", round));
      always.add(report("PASS", "<= 0", 0), report("FAIL", "<= 0", 3));
    }

    assertThat(never.reason()).isEqualTo("same");
    assertThat(once.reason()).isEqualTo("same");
    assertThat(always.reason()).isEqualTo("worse: time");
  }

  @Test
  void needsTheWantedNumberOfValidRounds() {
    BenchComparison comparison = comparison("<= 2", 1.2, 1, 1, 1, 1);
    comparison.add(report("PASS", "<= 2", 1), report("INVALID", "<= 2", 1));

    assertThat(comparison.verdict()).isEqualTo(Verdict.INVALID);
    assertThat(comparison.reason()).isEqualTo("4 of 5 rounds were valid");

    comparison.add(report("PASS", "<= 2", 1), report("PASS", "<= 2", 1.2));
    assertThat(comparison.verdict()).isEqualTo(Verdict.FAIL);
  }

  @Test
  void needsABarInCommon() {
    BenchComparison comparison = new BenchComparison(1);
    comparison.add(Json.read("{\"verdict\": \"PASS\"}"), report("PASS", "<= 2", 1));

    assertThat(comparison.verdict()).isEqualTo(Verdict.INVALID);
    assertThat(comparison.reason()).isEqualTo("the builds have no bar in common");
    assertThat(comparison.notInBoth()).containsExactly("time", "capacity, /s");
  }

  @Test
  void showsATableThatEndsWithTheVerdict() {
    Against against = new Against("me", "abc1234", comparison("<= 2", 1.2, NOISE));

    assertThat(against.text().getFirst())
        .matches(" {2}time +1 -> +1.200 {2}1.200 \\(1.176 to 1.224\\) +worse");
    assertThat(against.text().getLast()).startsWith("FAIL    me against abc1234: worse: time");
    assertThat(against.markdown().getFirst())
        .isEqualTo("## FAIL: me against abc1234: worse: time 1.20 times (1.18 to 1.22)");
    assertThat(Json.read(against.json()).path("figures").path(0).path("word").asText())
        .isEqualTo("WORSE");
  }

  /** The baseline measures 1, this build the ratio with some noise; what has no bar doubles. */
  private static BenchComparison comparison(String limit, double ratio, double... noise) {
    BenchComparison comparison = new BenchComparison(ROUNDS);
    for (double factor : noise) {
      comparison.add(report("FAIL", limit, 1), report("PASS", limit, ratio * factor));
    }
    return comparison;
  }

  private static JsonNode report(String verdict, String limit, double measured) {
    return Json.read(
        String.format(
            Locale.ROOT,
            """
            {"verdict": "%s", "simulations": [{"name": "me", "checks": [
              {"kind": "LIMIT", "what": "time", "measured": %f, "limit": "%s", "unit": "ms"},
              {"kind": "MEASUREMENT", "what": "load from other programs", "measured": 3, "limit": "<= 15"}],
              "figures": {"capacity, /s": %d}}]}
            """,
            verdict,
            measured,
            limit,
            verdict.equals("PASS") ? 2 : 1));
  }
}
