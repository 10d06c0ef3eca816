package dev.warmgate.accountpage;

import dev.warmgate.secret.Crypto;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the pages load, under names that change with the content, so that browsers may keep it for
 * good.
 */
final class Assets {
  /** One file and its media type. */
  record Asset(String type, byte[] content) {}

  private final Map<String, Asset> byName = new HashMap<>();
  private final String style;
  private final String script;
  private final String icon;
  private final @Nullable String logo;

  Assets(AccountPagesConfiguration configuration) {
    String color = configuration.color();
    style =
        add(
            "page",
            "css",
            "text/css;charset=utf-8",
            read("page.css").replace("{{color}}", color).replace("{{onColor}}", textOn(color)));
    script = add("page", "js", "text/javascript;charset=utf-8", read("page.js"));
    Logo given = configuration.logo();
    logo =
        given == null
            ? null
            : add(
                "logo",
                given.isSvg() ? "svg" : "png",
                given.isSvg() ? "image/svg+xml" : "image/png",
                given.content());
    icon =
        logo == null
            ? add("icon", "svg", "image/svg+xml", read("icon.svg").replace("{{color}}", color))
            : logo;
  }

  private String add(String name, String extension, String type, String text) {
    return add(name, extension, type, text.getBytes(StandardCharsets.UTF_8));
  }

  private String add(String name, String extension, String type, byte[] content) {
    String hash = HexFormat.of().formatHex(Arrays.copyOf(Crypto.sha256(content), 8));
    String file = "%s-%s.%s".formatted(name, hash, extension);
    byName.put(file, new Asset(type, content));
    return file;
  }

  Optional<Asset> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  String style() {
    return style;
  }

  String script() {
    return script;
  }

  String icon() {
    return icon;
  }

  /** Returns the name of the operator's logo; empty without one. */
  String logo() {
    return logo == null ? "" : logo;
  }

  /** Returns black or white, whichever is easier to read on the colour (WCAG 2.2, 1.4.3). */
  static String textOn(String color) {
    double luminance =
        0.2126 * channel(color, 1) + 0.7152 * channel(color, 3) + 0.0722 * channel(color, 5);
    // Where black and white have the same contrast.
    return luminance > 0.179 ? "#000" : "#fff";
  }

  private static double channel(String color, int at) {
    double value = Integer.parseInt(color.substring(at, at + 2), 16) / 255.0;
    return value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
  }

  static String read(String name) {
    try (InputStream file = Assets.class.getResourceAsStream("/account-pages/" + name)) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
