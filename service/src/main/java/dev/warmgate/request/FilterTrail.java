package dev.warmgate.request;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The filters that one request met, in the order in which they ran. */
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
   * @param order position in the request, from 1
   * @param offsetMicros time from the start of the request to the start of the filter; only in the
   *     observatory
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

    /** Returns whether the request ended with this filter. */
    public boolean hasEnded() {
      return outcome == Outcome.REJECTED || outcome == Outcome.FAILED;
    }
  }

  private final List<Entry> entries = new ArrayList<>(USUAL_LENGTH);

  /** Created once, so that reading the entries allocates nothing. */
  private final List<Entry> view = Collections.unmodifiableList(entries);

  private int started;

  /** Returns the position of the filter that starts now. */
  public int next() {
    return ++started;
  }

  public void add(Entry entry) {
    entries.add(entry);
  }

  /** Returns the entries so far as a live view; callers read it after the last filter. */
  public List<Entry> entries() {
    return view;
  }

  /** Returns the last entry, or {@code null} if no filter ran. */
  public @Nullable Entry last() {
    return entries.isEmpty() ? null : entries.getLast();
  }
}
