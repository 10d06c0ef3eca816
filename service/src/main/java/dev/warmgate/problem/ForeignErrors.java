package dev.warmgate.problem;

import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Writes errors in the form of another API, at its paths. */
public interface ForeignErrors {
  /** Returns whether the API is served there; the path has its leading slash. */
  boolean isFor(String path);

  /**
   * Returns whether a person looks at the answer, in a browser that followed a link there; then
   * they get a page, if there are any.
   *
   * @param headers the request's, by their names
   */
  boolean isForPeople(String path, UnaryOperator<@Nullable String> headers);

  /**
   * @param headers the request's, by their names
   */
  ErrorForms.Body write(
      String path,
      ProblemType type,
      @Nullable String detail,
      List<Problem.FieldError> errors,
      @Nullable Duration retryAfter,
      UnaryOperator<@Nullable String> headers);

  /** The body of such an error. */
  interface Body {
    /** Returns what it tells of. */
    ProblemType problem();
  }
}
