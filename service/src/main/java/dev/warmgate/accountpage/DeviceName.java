package dev.warmgate.accountpage;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Names the browser of a session as people call it. */
final class DeviceName {
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

  private static final int MAX_LENGTH = 60;

  private DeviceName() {}

  /** Returns browser and system, or what the client calls itself if it is no browser. */
  static String of(@Nullable String userAgent, Texts texts, String language) {
    if (userAgent == null || userAgent.isBlank()) {
      return texts.get(language, "account.unknown-device");
    }
    Optional<String> browser = find(BROWSERS, userAgent);
    Optional<String> system = find(SYSTEMS, userAgent);
    if (browser.isPresent() && system.isPresent()) {
      return texts.get(language, "account.device", browser.get(), system.get());
    }
    return browser
        .or(() -> system)
        .orElse(
            userAgent.length() <= MAX_LENGTH
                ? userAgent
                : userAgent.substring(0, MAX_LENGTH) + "…");
  }

  private static Optional<String> find(List<Map.Entry<String, String>> names, String userAgent) {
    return names.stream()
        .filter(name -> userAgent.contains(name.getKey()))
        .map(Map.Entry::getValue)
        .findFirst();
  }
}
