package dev.warmgate.request;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The filters that met one request, in the order they really did. */
public final class FilterTrail {
  private static final int USUAL_LENGTH = 8;

  /** What a filter did with the request. */
  public enum Outcome {
    PASSED,
    BYPASSED,
    REJECTED,
    FAILED;

    private final String text = name().toLowerCase(Locale.ROOT);

    @JsonValue
    @Override
    public String toString() {
      return text;
    }
  }

  /**
   * One filter's entry.
   *
   * @param order counted per request, from 1
   * @param offsetMicros when it began, since the request did; told by the observatory only
   */
  public record Entry(
      @JsonUnwrapped FilterSlot slot,
      int order,
      Outcome outcome,
      @JsonIgnore int offsetMicros,
      int micros) {
    public String name() {
      return slot.name();
    }
  }

  private final List<Entry> entries = new ArrayList<>(USUAL_LENGTH);

  /** One view for all who ask: each of its own would be garbage for every request. */
  private final List<Entry> view = Collections.unmodifiableList(entries);

  private int started;

  /** The place of the filter that begins now. */
  public int next() {
    return ++started;
  }

  public void add(Entry entry) {
    entries.add(entry);
  }

  /** What was entered so far; not a copy, since no filter comes after whoever asks. */
  public List<Entry> entries() {
    return view;
  }

  /** What was entered last; {@code null} if no filter was met. */
  public @Nullable Entry last() {
    return entries.isEmpty() ? null : entries.getLast();
  }
}
