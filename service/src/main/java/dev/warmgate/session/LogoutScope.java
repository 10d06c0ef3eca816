package dev.warmgate.session;

import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import java.util.Locale;

/** The sessions of the caller that a logout ends. */
public enum LogoutScope {
  LOCAL,
  GLOBAL,
  OTHERS;

  /**
   * @throws ApiException 422 if the text is not a scope
   */
  public static LogoutScope parse(String text) {
    for (LogoutScope scope : values()) {
      if (scope.name().toLowerCase(Locale.ROOT).equals(text)) {
        return scope;
      }
    }
    throw ApiException.field(
        ProblemType.VALIDATION_FAILED, "scope", "must be local, global or others");
  }
}
