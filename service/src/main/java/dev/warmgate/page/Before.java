package dev.warmgate.page;

import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import org.jspecify.annotations.Nullable;

/**
 * The position in a list of events, newest first: the page starts before the event with this id.
 */
public final class Before {
  /** The position before the newest event. */
  public static final long NEWEST = Long.MAX_VALUE;

  private Before() {}

  /**
   * Parses the parameter {@code before}; without it the list starts at the newest event.
   *
   * @throws ApiException 422 if it is not the id of an event
   */
  public static long parse(@Nullable String text) {
    if (text == null) {
      return NEWEST;
    }
    if (!text.matches("[0-9]{1,18}")) {
      throw ApiException.field(
          ProblemType.VALIDATION_FAILED, "before", "must be the id of an event");
    }
    return Long.parseLong(text);
  }
}
