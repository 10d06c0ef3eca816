package dev.warmgate.filter;

import dev.warmgate.request.FilterSlot;
import java.util.List;

/** The filters in the order they run. */
public final class FilterOrder {
  /** Before the resource is matched, so that a 404 has its request id too. */
  public static final int REQUEST_ID = 100;

  public static final int FAST_LANE = 200;
  public static final int RATE_LIMIT = 300;
  public static final int AUTHENTICATION = 400;

  /** Heavy: bypassed on the fast lane, as is the next one. */
  public static final int ACCESS_CONTROL = 500;

  public static final int SSRF_PROTECTION = 600;

  /**
   * Response filters run from the highest priority to the lowest; the first may replace the answer.
   */
  public static final int UNCOUNTED = 300;

  public static final int SECURITY_HEADERS = 200;

  public static final int RECORD_TRAIL = 100;

  /** The request filters that must be registered, exactly; otherwise the service does not start. */
  public static final List<FilterSlot> DECLARED =
      List.of(
          new FilterSlot("request-id", REQUEST_ID),
          new FilterSlot("fast-lane", FAST_LANE),
          new FilterSlot("rate-limit", RATE_LIMIT),
          new FilterSlot("authentication", AUTHENTICATION),
          new FilterSlot("access-control", ACCESS_CONTROL),
          new FilterSlot("ssrf-protection", SSRF_PROTECTION));

  /** The order again as literal names, against which the constants above are checked. */
  public static final List<String> IN_ORDER =
      List.of(
          "request-id",
          "fast-lane",
          "rate-limit",
          "authentication",
          "access-control",
          "ssrf-protection");

  private FilterOrder() {}
}
