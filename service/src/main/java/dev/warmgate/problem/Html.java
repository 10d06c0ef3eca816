package dev.warmgate.problem;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A page. {@link #toString} hides it, since it may hold what only one person may see.
 *
 * @param policy its content security policy
 * @param problem what it tells of, if anything went wrong
 */
public record Html(String text, String policy, @Nullable ProblemType problem) {
  public static final String MEDIA_TYPE = "text/html;charset=utf-8";

  /**
   * Headers of every answer at the paths of pages: no other site learns their addresses, opens them
   * in a window that it can control, or loads what they load.
   */
  public static final Map<String, String> HEADERS =
      Map.of(
          "referrer-policy", "no-referrer",
          "cross-origin-opener-policy", "same-origin",
          "cross-origin-resource-policy", "same-origin");

  /** Returns the headers that an answer with this page has besides those of every answer. */
  public Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>(HEADERS);
    headers.put("content-security-policy", policy);
    return headers;
  }

  @Override
  public String toString() {
    return "Html[…]";
  }
}
