package dev.warmgate.deploylogs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmgate.deploylogs.Checker.Log;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Cuts every good log after every line: what ends before the last word is never clean, and an error
 * after a step that succeeded is never overlooked.
 */
class DeployLogLastWordsIT {

  private static final boolean FULL = Boolean.getBoolean("tests.full");

  @TempDir Path directory;

  @Test
  void aGoodLogCutBeforeItsLastWordIsNeverClean() throws IOException {
    List<Pattern> words = words();
    List<Log> good = Checker.fixtures("pass");
    List<Log> cuts = new ArrayList<>();
    for (Log log : good) {
      List<String> lines = log.text().lines().toList();
      for (int n = 1; n <= lines.size(); n += step(lines)) {
        cuts.add(new Log(log.name() + n, String.join("\n", lines.subList(0, n)) + "\n"));
      }
    }
    Map<String, JsonNode> findings = new Checker(directory).judge(cuts);

    assertThat(words)
        .allSatisfy(word ->
            assertThat(good)
                .anyMatch(log -> log.text().lines().anyMatch(line -> fits(word, line))));
    assertThat(good)
        .allSatisfy(log -> {
          List<String> lines = log.text().lines().toList();
          int end = lastWord(lines, words);
          for (int n = 1; n <= end; n += step(lines)) {
            assertThat(findings.get(log.name() + n).get("verdict").asText())
                .as("%s cut after line %s", log.name(), n)
                .isNotEqualTo("pass");
          }
        });
  }

  private static List<Pattern> words() throws IOException {
    return Files.readAllLines(Checker.FIXTURES.resolve("last-words.txt")).stream()
        .filter(word -> !word.startsWith("#"))
        .map(DeployLogLastWordsIT::wholeLine)
        .toList();
  }

  /** The line of a good log that holds its last word, counted from 0. */
  private static int lastWord(List<String> lines, List<Pattern> words) {
    return words.stream()
        .mapToInt(word ->
            IntStream.range(0, lines.size())
                .filter(i -> fits(word, lines.get(i)))
                .findFirst()
                .orElse(-1))
        .filter(line -> line >= 0)
        .findFirst()
        .orElseThrow();
  }

  /** A log of many lines is cut after every eighth, but for -Dtests.full=true. */
  private static int step(List<String> lines) {
    return FULL || lines.size() <= 30 ? 1 : 8;
  }

  /** A line of the table stands for a whole line but for its prefix; a * in it for what varies. */
  private static Pattern wholeLine(String word) {
    return Pattern.compile(
        Stream.of(word.split("\\*", -1))
            .map(Pattern::quote)
            .collect(Collectors.joining(".*", "(.*[\\s>])?", "")));
  }

  private static boolean fits(Pattern word, String line) {
    return word.matcher(line.replaceAll("\u001b\\[[0-9;]*m", "").stripTrailing()).matches();
  }

  /** Before its last word, so that the platform had only told of steps. */
  @Test
  void anErrorThatNoRuleKnowsIsBrokenWhereverItComes() throws IOException {
    List<Pattern> words = words();
    List<Log> logs = new ArrayList<>();
    for (Log good : Checker.fixtures("pass")) {
      if (PLATFORMS.contains(good.name().replaceAll("pass/|[.]log", ""))) {
        List<String> lines = good.text().lines().toList();
        String text = String.join("\n", lines.subList(0, lastWord(lines, words)));
        for (String error : ERRORS) {
          logs.add(new Log(good.name() + " " + error, text + "\n" + error + "\n"));
        }
      }
    }

    assertThat(logs).hasSize(PLATFORMS.size() * ERRORS.length);
    assertThat(new Checker(directory).judge(logs).entrySet())
        .allSatisfy(finding -> {
          assertThat(finding.getValue().get("verdict").asText()).isEqualTo("fail");
          assertThat(finding.getKey()).contains(finding.getValue().get("key_line").asText());
        });
  }

  /** What a deployment's own tools print after its last word is no request's error. */
  @Test
  void anErrorThatNoRuleKnowsIsBrokenAfterTheLastWordToo() {
    List<Log> logs = new ArrayList<>();
    for (Log good : Checker.fixtures("pass")) {
      if (TOOLS.contains(good.name().replaceAll("pass/|[.]log", ""))) {
        logs.add(new Log(good.name() + " Error: ", good.text() + "\n" + ERRORS[0] + "\n"));
        logs.add(new Log(good.name() + " FATAL: ", good.text() + "\n" + ERRORS[2] + "\n"));
      }
    }

    assertThat(logs).hasSize(2 * TOOLS.size());
    assertThat(new Checker(directory).judge(logs).entrySet())
        .allSatisfy(
            finding -> assertThat(finding.getValue().get("verdict").asText()).isEqualTo("fail"));
  }

  private static final Set<String> TOOLS =
      Set.of(
          "VERCEL-OK",
          "CLOUDFLARE-OK",
          "NETLIFY-OK",
          "HEROKU-OK",
          "FLY-OK",
          "PAGES-OK",
          "AMPLIFY-OK",
          "FIREBASE-OK",
          "SURGE-OK",
          "AZURE-OK",
          "DIGITALOCEAN-OK",
          "CLOUDRUN-OK",
          "KUBERNETES-OK",
          "COOLIFY-OK",
          "GITLAB-OK",
          "HOSTING-OK",
          "angular",
          "vite");

  private static final Set<String> PLATFORMS =
      Set.of(
          "VERCEL-OK",
          "CLOUDFLARE-OK",
          "RENDER-OK",
          "NETLIFY-OK",
          "HEROKU-OK",
          "FLY-OK",
          "PAGES-OK",
          "AMPLIFY-OK",
          "AZURE-OK",
          "vite");

  private static final String[] ERRORS = {
    "Error: the flux capacitor is offline",
    "ERROR  Zonal allotment refused",
    "FATAL: the ledger is sealed",
    "Failed: an obstacle was met while deploying",
  };
}
