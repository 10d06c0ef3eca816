package dev.warmgate.proof;

import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The URLs to which the page of a link may lead, compared as they are written. */
public record RedirectUrls(List<String> allowed, @Nullable String siteUrl) {
  /**
   * Returns the URL that a client asked for, if any.
   *
   * @throws ApiException 422 if it is not on the list
   */
  public @Nullable String check(@Nullable String wanted) {
    if (wanted != null && !wanted.equals(siteUrl) && !allowed.contains(wanted)) {
      throw ApiException.field(
          ProblemType.VALIDATION_FAILED, "redirect_to", "must be one of REDIRECT_URLS");
    }
    return wanted;
  }

  /** As {@link #check}; a parameter that was left empty asks for nothing. */
  public @Nullable String checkParameter(@Nullable String wanted) {
    return wanted == null || wanted.isEmpty() ? null : check(wanted);
  }

  /** Returns where a page leads to: what was asked for, or the site, if it is known. */
  public @Nullable String orSite(@Nullable String redirectTo) {
    return redirectTo == null ? siteUrl : redirectTo;
  }
}
