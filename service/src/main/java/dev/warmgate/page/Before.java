package dev.warmgate.page;

import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import org.jspecify.annotations.Nullable;

/** Where a list of events goes on, the newest first: before the event with that id. */
public final class Before {
  private Before() {}

  /**
   * The parameter {@code before}; without it the list begins with the newest event.
   *
   * @throws ApiException 422 if it is no id of an event
   */
  public static long parse(@Nullable String text) {
    if (text == null) {
      return Long.MAX_VALUE;
    }
    if (!text.matches("[0-9]{1,18}")) {
      throw ApiException.field(
          ProblemType.VALIDATION_FAILED, "before", "must be the id of an event");
    }
    return Long.parseLong(text);
  }
}
