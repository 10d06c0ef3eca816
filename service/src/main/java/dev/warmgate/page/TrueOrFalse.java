package dev.warmgate.page;

import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import org.jspecify.annotations.Nullable;

/** A parameter that is true or false; any other text is refused, not taken for false. */
public final class TrueOrFalse {
  private TrueOrFalse() {}

  /**
   * Parses the parameter of this name, which is false if it is missing.
   *
   * @throws ApiException 422 if it is neither {@code true} nor {@code false}
   */
  public static boolean parse(String name, @Nullable String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      case null -> false;
      default ->
          throw ApiException.field(ProblemType.VALIDATION_FAILED, name, "must be true or false");
    };
  }
}
