package dev.warmgate.page;

import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import org.jspecify.annotations.Nullable;

/** How many entries of a list a client gets at once: the same for every list that can grow. */
public final class PageLimit {
  public static final int MOST = 200;
  public static final int DEFAULT = 50;

  private PageLimit() {}

  /**
   * The parameter {@code limit}, or what holds without it.
   *
   * @throws ApiException 422 if it is no number from 1 to {@link #MOST}
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
