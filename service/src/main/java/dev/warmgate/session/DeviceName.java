package dev.warmgate.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The browser and the system of a user agent as people call them. Both are names from a list and
 * never text of the client; what is not recognised is empty.
 */
public record DeviceName(Optional<String> browser, Optional<String> system) {
  /** What a user agent names only if it is that browser; the first one counts. */
  private static final List<Map.Entry<String, String>> BROWSERS =
      List.of(
          Map.entry("Edg", "Edge"),
          Map.entry("OPR/", "Opera"),
          Map.entry("SamsungBrowser/", "Samsung Internet"),
          Map.entry("Firefox/", "Firefox"),
          Map.entry("FxiOS/", "Firefox"),
          Map.entry("CriOS/", "Chrome"),
          Map.entry("Chrome/", "Chrome"),
          Map.entry("Safari/", "Safari"));

  private static final List<Map.Entry<String, String>> SYSTEMS =
      List.of(
          Map.entry("iPhone", "iPhone"),
          Map.entry("iPad", "iPad"),
          Map.entry("Android", "Android"),
          Map.entry("Windows", "Windows"),
          Map.entry("Mac OS X", "macOS"),
          Map.entry("CrOS", "ChromeOS"),
          Map.entry("Linux", "Linux"));

  public static DeviceName of(@Nullable String userAgent) {
    String text = userAgent == null ? "" : userAgent;
    return new DeviceName(find(BROWSERS, text), find(SYSTEMS, text));
  }

  private static Optional<String> find(List<Map.Entry<String, String>> names, String userAgent) {
    return names.stream()
        .filter(name -> userAgent.contains(name.getKey()))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  /** Returns the parameters of a mail, a JSON object; none of the names needs escaping. */
  String parameters() {
    List<String> fields = new ArrayList<>();
    browser.ifPresent(name -> fields.add("\"browser\":\"" + name + "\""));
    system.ifPresent(name -> fields.add("\"system\":\"" + name + "\""));
    return "{" + String.join(",", fields) + "}";
  }
}
