package dev.warmgate.transfer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.warmgate.transfer.source.Skipped;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How many records of an import ended in which way. As JSON it is kept with the progress of the
 * import.
 */
public final class ImportReport {
  static final String REFUSED = "refused";
  static final String WITHOUT_PASSWORD = "without their password";
  static final String FACTORS_LEFT_OUT = "second factors left out";
  static final String WITHOUT_IDENTITY = "without an identity";

  /** Ways to end in which nothing was left out that should have come. */
  private static final Set<String> WHOLE =
      Stream.concat(
              Arrays.stream(ImportOutcome.values())
                  .filter(outcome -> outcome.problem() == null)
                  .map(ImportOutcome::count),
              Arrays.stream(Skipped.values()).filter(Skipped::isExpected).map(ImportReport::of))
          .collect(Collectors.toUnmodifiableSet());

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<TreeMap<String, Long>> COUNTS = new TypeReference<>() {};

  private final Map<String, Long> counts;

  ImportReport(Map<String, Long> counts) {
    this.counts = new TreeMap<>(counts);
  }

  static ImportReport of(String json) {
    try {
      return new ImportReport(JSON.readValue(json, COUNTS));
    } catch (JsonProcessingException notOurs) {
      throw new IllegalStateException(notOurs);
    }
  }

  String json() {
    try {
      return JSON.writeValueAsString(counts);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Returns the name of the count of records of that kind. */
  static String of(Skipped kind) {
    return "skipped, " + kind;
  }

  void add(String what, long count) {
    counts.merge(what, count, (before, more) -> before + more == 0 ? null : before + more);
  }

  public Map<String, Long> counts() {
    return Map.copyOf(counts);
  }

  public long count(String what) {
    return counts.getOrDefault(what, 0L);
  }

  /**
   * Whether every user of the source is an account here now, with their password and their second
   * factors.
   */
  public boolean isWhole() {
    return WHOLE.containsAll(counts.keySet());
  }

  /** Returns the counts in words, such as {@code created: 3, unchanged: 2}. */
  @Override
  public String toString() {
    StringBuilder words = new StringBuilder();
    counts.forEach((what, count) ->
        words.append(words.isEmpty() ? "" : ", ").append(what).append(": ").append(count));
    return words.isEmpty() ? "no records" : words.toString();
  }
}
