package dev.warmgate.page;

import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import org.jspecify.annotations.Nullable;

/** The number of entries on a page, with the same bounds for every list that can grow. */
public final class PageLimit {
  public static final int MOST = 200;
  public static final int DEFAULT = 50;

  private PageLimit() {}

  /**
   * Parses the parameter {@code limit}; without it {@link #DEFAULT} applies.
   *
   * @throws ApiException 422 if it is not a number from 1 to {@link #MOST}
   */
  public static int parse(@Nullable String text) {
    if (text == null) {
      return DEFAULT;
    }
    int limit = text.matches("[0-9]{1,3}") ? Integer.parseInt(text) : 0;
    if (limit < 1 || limit > MOST) {
      throw ApiException.field(
          ProblemType.VALIDATION_FAILED, "limit", "must be a number from 1 to " + MOST);
    }
    return limit;
  }
}
