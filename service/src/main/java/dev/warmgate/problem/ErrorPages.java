package dev.warmgate.problem;

import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Shows errors to people, at the paths of pages. */
public interface ErrorPages {
  /** Returns whether pages are served there; the path has its leading slash. */
  boolean isFor(String path);

  /** Returns where those go who have to sign in first: the path of a page. */
  String signIn();

  /**
   * @param headers the request's, by their names
   */
  Html show(ProblemType type, UnaryOperator<@Nullable String> headers);
}
