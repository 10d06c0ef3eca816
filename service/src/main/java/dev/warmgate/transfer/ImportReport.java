package dev.warmgate.transfer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * How many records of an import ended in which way. As JSON it is kept with the progress of the
 * import.
 */
public final class ImportReport {
  static final String REFUSED = "refused";
  static final String WITHOUT_PASSWORD = "without their password";

  /** Ways to end in which nothing was left out. */
  private static final Set<String> WHOLE =
      Set.of("created", "changed", "unchanged", "deleted here", "password changed here");

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

  void add(String what, long count) {
    counts.merge(what, count, Long::sum);
  }

  public Map<String, Long> counts() {
    return Map.copyOf(counts);
  }

  public long count(String what) {
    return counts.getOrDefault(what, 0L);
  }

  /** Whether every record of the source is an account here now, with its password. */
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
