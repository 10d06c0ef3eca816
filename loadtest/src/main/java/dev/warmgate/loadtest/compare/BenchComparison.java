package dev.warmgate.loadtest.compare;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmgate.loadtest.gate.verdict.Thresholds;
import dev.warmgate.loadtest.gate.verdict.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Decides from rounds of one benchmark, each run by two builds in turns, whether a build is better
 * or worse than another. It decides only on rounds in which both measurements were valid.
 */
final class BenchComparison {
  /** With fewer rounds, no interval of a median covers 95 %. */
  static final int ENOUGH = 5;

  /** What a figure says of the build; nothing if it has no bar, which alone tells the direction. */
  enum Word {
    BETTER,
    SAME,
    WORSE,
    NOTED;

    @Override
    public String toString() {
      return this == NOTED ? "" : name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * One figure of both builds.
   *
   * @param limit as in the report, empty if the figure has no bar
   * @param baseline the figure of each round
   * @param candidate the figure of each round
   * @param ratio null if a figure is not above 0
   */
  record Row(
      String name,
      String limit,
      List<Double> baseline,
      List<Double> candidate,
      Bootstrap.Interval ratio,
      Word word) {}

  private record Figure(String limit, double measured) {}

  private record Round(Map<String, Figure> baseline, Map<String, Figure> candidate) {}

  private final double differs = Thresholds.defaults().of("against.differs");
  private final int wanted;
  private final List<Round> rounds = new ArrayList<>();

  /**
   * @param wanted the number of valid rounds without which there is no verdict
   */
  BenchComparison(int wanted) {
    this.wanted = wanted;
  }

  /** Adds the two reports of a round; does nothing if one of the measurements was not valid. */
  void add(JsonNode baseline, JsonNode candidate) {
    if (isValid(baseline) && isValid(candidate)) {
      rounds.add(new Round(figures(baseline), figures(candidate)));
    }
  }

  private static boolean isValid(JsonNode report) {
    return List.of(Verdict.PASS.name(), Verdict.FAIL.name())
        .contains(report.path("verdict").asText());
  }

  /** Returns the figures with a bar, then the others. */
  private static Map<String, Figure> figures(JsonNode report) {
    Map<String, Figure> figures = new LinkedHashMap<>();
    for (JsonNode benchmark : report.path("simulations")) {
      for (JsonNode check : benchmark.path("checks")) {
        if (Set.of("LIMIT", "ANSWERS").contains(check.path("kind").asText())) {
          figures.put(
              check.path("what").asText(),
              new Figure(check.path("limit").asText(), check.path("measured").asDouble()));
        }
      }
      benchmark
          .path("figures")
          .properties()
          .forEach(
              noted -> figures.put(noted.getKey(), new Figure("", noted.getValue().asDouble())));
    }
    return figures;
  }

  /** Returns the figures that both builds have in every round. */
  List<Row> rows() {
    return rounds.isEmpty()
        ? List.of()
        : rounds.getFirst().candidate().entrySet().stream()
            .filter(figure -> isInEveryRound(figure.getKey()))
            .map(figure -> row(figure.getKey(), figure.getValue().limit()))
            .toList();
  }

  private boolean isInEveryRound(String name) {
    return rounds.stream()
        .allMatch(
            round -> round.baseline().containsKey(name) && round.candidate().containsKey(name));
  }

  private Row row(String name, String limit) {
    List<Double> baseline =
        rounds.stream().map(round -> round.baseline().get(name).measured()).toList();
    List<Double> candidate =
        rounds.stream().map(round -> round.candidate().get(name).measured()).toList();
    Bootstrap.Interval ratio = ratio(baseline, candidate);
    return new Row(
        name, limit, baseline, candidate, ratio, word(limit, baseline, candidate, ratio));
  }

  private static Bootstrap.Interval ratio(List<Double> baseline, List<Double> candidate) {
    boolean positive =
        baseline.stream().allMatch(value -> value > 0)
            && candidate.stream().allMatch(value -> value > 0);
    return positive
        ? Bootstrap.ofRatios(
            IntStream.range(0, baseline.size())
                .mapToDouble(i -> candidate.get(i) / baseline.get(i))
                .toArray())
        : null;
  }

  private Word word(
      String limit, List<Double> baseline, List<Double> candidate, Bootstrap.Interval ratio) {
    if (limit.isEmpty()) {
      return Word.NOTED;
    }
    boolean more;
    boolean less;
    if (ratio == null) {
      // Without a ratio, all rounds must agree.
      more = inAll(baseline, candidate, (before, after) -> after > before);
      less = inAll(baseline, candidate, (before, after) -> after < before);
    } else {
      more = ratio.low() > 1 && ratio.median() > differs;
      less = ratio.high() < 1 && ratio.median() < 1 / differs;
    }
    boolean moreIsBetter = limit.startsWith(">=");
    return !more && !less ? Word.SAME : more == moreIsBetter ? Word.BETTER : Word.WORSE;
  }

  private static boolean inAll(
      List<Double> baseline, List<Double> candidate, BiPredicate<Double, Double> relation) {
    return IntStream.range(0, baseline.size())
        .allMatch(i -> relation.test(baseline.get(i), candidate.get(i)));
  }

  int rounds() {
    return rounds.size();
  }

  double differs() {
    return differs;
  }

  /** Returns the names of the figures that only one of the builds has. */
  List<String> notInBoth() {
    return rounds.stream()
        .flatMap(round ->
            Stream.concat(round.baseline().keySet().stream(), round.candidate().keySet().stream()))
        .distinct()
        .filter(name -> !isInEveryRound(name))
        .toList();
  }

  Verdict verdict() {
    if (rounds.size() < wanted || rows().stream().allMatch(row -> row.word() == Word.NOTED)) {
      return Verdict.INVALID;
    }
    return has(Word.WORSE) ? Verdict.FAIL : Verdict.PASS;
  }

  private boolean has(Word word) {
    return rows().stream().anyMatch(row -> row.word() == word);
  }

  /** Returns the reason for the verdict in one line: better, same or worse, and in what. */
  String reason() {
    if (rounds.size() < wanted) {
      return "%d of %d rounds were valid".formatted(rounds.size(), wanted);
    }
    if (verdict() == Verdict.INVALID) {
      return "the builds have no bar in common";
    }
    Word word = has(Word.WORSE) ? Word.WORSE : has(Word.BETTER) ? Word.BETTER : Word.SAME;
    return word == Word.SAME
        ? word.toString()
        : rows().stream()
            .filter(row -> row.word() == word)
            .map(row -> row.name() + (row.ratio() == null ? "" : times(row.ratio())))
            .collect(Collectors.joining("; ", word + ": ", ""));
  }

  private static String times(Bootstrap.Interval ratio) {
    return String.format(
        Locale.ROOT, " %.2f times (%.2f to %.2f)", ratio.median(), ratio.low(), ratio.high());
  }
}
