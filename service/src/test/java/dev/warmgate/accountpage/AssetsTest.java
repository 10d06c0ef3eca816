package dev.warmgate.accountpage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AssetsTest {
  @Test
  void haveAnotherNameWithAnotherContent() {
    Assets blue = assets("#1d5fbf", null);
    Assets red = assets("#bf1d1d", null);

    assertThat(blue.style()).isNotEqualTo(red.style());
    assertThat(blue.script()).isEqualTo(red.script());
    assertThat(text(red, red.style())).contains("--accent: #bf1d1d;").doesNotContain("{{");
    assertThat(red.find("page.css")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"#1d5fbf, #fff", "#ffffff, #000", "#000000, #fff", "#ffcc00, #000", "#777777, #000"})
  void haveAReadableTextOnTheColor(String color, String text) {
    assertThat(Assets.textOn(color)).isEqualTo(text);
  }

  @Test
  void includeTheLogoAsItIs(@TempDir Path directory) throws Exception {
    Path svg =
        Files.writeString(directory.resolve("logo"), "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");

    Assets assets = assets("#1d5fbf", Logo.parse(svg.toString()));

    assertThat(assets.logo()).startsWith("logo-").endsWith(".svg");
    assertThat(assets.icon()).isEqualTo(assets.logo());
    assertThat(text(assets, assets.logo())).startsWith("<svg");
  }

  @Test
  void takeNoOtherFileForALogo(@TempDir Path directory) throws Exception {
    Path page = Files.writeString(directory.resolve("page.svg"), "<html></html>");
    Path large = Files.writeString(directory.resolve("large.svg"), "<svg>" + " ".repeat(70_000));
    for (String file :
        new String[] {page.toString(), large.toString(), directory.toString(), "nowhere", "\0"}) {
      assertThatThrownBy(() -> Logo.parse(file))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("must be the path of an SVG or PNG file of at most 64 KiB");
    }
  }

  private static Assets assets(String color, Logo logo) {
    return new Assets(new AccountPagesConfiguration(true, "Example", color, logo));
  }

  private static String text(Assets assets, String name) {
    return new String(assets.find(name).orElseThrow().content(), StandardCharsets.UTF_8);
  }
}
