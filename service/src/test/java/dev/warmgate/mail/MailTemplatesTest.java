package dev.warmgate.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MailTemplatesTest {
  private static final String LINK = "https://auth.example.com/account/link/reset?token=a-b_c";

  @TempDir private Path directory;

  private final Map<String, Object> values = values("ada@example.com", "{}");

  private static Map<String, Object> values(String email, String parameters) {
    return MailValues.of(email, "https://app.example.com", LINK, "a-b_c", "012345", parameters);
  }

  @ParameterizedTest
  @EnumSource(MailKind.class)
  void areDeliveredForEveryKindInEveryLanguage(MailKind kind) {
    Map<String, Object> all =
        values(
            "ada@example.com", "{\"new_email\":\"n@example.com\",\"old_email\":\"o@example.com\"}");
    for (String language : List.of("en", "de")) {
      RenderedMail mail = MailTemplates.delivered().render(kind, language, "en", all);

      assertThat(mail.language()).isEqualTo(language);
      assertThat(mail.subject()).isNotBlank().hasSizeLessThan(60);
      assertThat(mail.text()).doesNotContain("{{").contains("https://app.example.com");
      assertThat(mail.html())
          .doesNotContain("{{")
          .contains("<html lang=\"" + language + "\">")
          .contains(mail.subject())
          .contains("color-scheme");
      assertThat(mail.text().contains("\n" + LINK + "\n")).isTrue();
      assertThat(mail.html()).contains("012345").contains("token&#x3D;a-b_c");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "de"})
  void nameTheAccountThatIsToHaveTheAddress(String language) {
    RenderedMail mail =
        MailTemplates.delivered()
            .render(
                MailKind.CHANGE_ADDRESS_NEW,
                language,
                "en",
                values(
                    "n@example.com",
                    "{\"new_email\":\"n@example.com\",\"old_email\":\"o@example.com\"}"));

    assertThat(mail.text()).contains("o@example.com", "n@example.com");
    assertThat(mail.html()).contains("o@example.com", "n@example.com");
  }

  @Test
  void leaveOutWhatAMailDoesNotHave() {
    Map<String, Object> notice =
        MailValues.of("ada@example.com", "https://app.example.com", "", "", "", "{}");

    RenderedMail mail =
        MailTemplates.delivered().render(MailKind.PASSWORD_CHANGED, null, "en", notice);

    assertThat(mail.text())
        .isEqualTo(
            """
            The password of your account ada@example.com at https://app.example.com was changed.

            If it was not you, set a new password at once.

            --\s
            https://app.example.com
            """);
    assertThat(mail.html()).doesNotContain("href", "class=\"code\"");
  }

  @ParameterizedTest
  @CsvSource({"de, de", "de-AT, de", "DE, de", "en-GB, en", "fr, en", "x, en", ", en", "'', en"})
  void followTheLocaleOfTheReader(String locale, String language) {
    assertThat(MailTemplates.delivered().render(MailKind.RESET, locale, "en", values).language())
        .isEqualTo(language);
  }

  @Test
  void canBeReplacedOneByOneAndForOneLanguage() throws IOException {
    write("reset.subject", "Reset of {{Email}}\n");
    write("reset.html", "<p>{{Email}}</p>");
    write("reset.de.html", "<p>Hallo {{Email}}</p>");
    write("reset.fr.txt", "Bonjour {{Email}}");
    write("README.md", "not a template");
    MailTemplates templates = MailTemplates.parse(directory.toString());

    RenderedMail english = templates.render(MailKind.RESET, "en", "en", values);
    RenderedMail german = templates.render(MailKind.RESET, "de-CH", "en", values);
    RenderedMail french = templates.render(MailKind.RESET, "fr", "en", values);

    assertThat(english.subject()).isEqualTo("Reset of ada@example.com");
    assertThat(english.html()).isEqualTo("<p>ada@example.com</p>");
    assertThat(english.text()).contains("asked for a new password");
    assertThat(german.html()).isEqualTo("<p>Hallo ada@example.com</p>");
    assertThat(german.text()).contains("angefordert");
    assertThat(french.language()).isEqualTo("fr");
    assertThat(french.text()).isEqualTo("Bonjour ada@example.com");
    assertThat(french.html()).isEqualTo("<p>ada@example.com</p>");
  }

  @Test
  void takeTheNamesOfSupabase() throws IOException {
    write(
        "reset.html",
        """
        <h2>Reset Password</h2>
        <p><a href="{{ .ConfirmationURL }}">Reset</a> {{.Token}} {{- .Email -}} {{ .Data.first_name }}</p>
        <p><a href="{{ .SiteURL }}/auth/confirm?token_hash={{ .TokenHash }}&next={{ .RedirectTo }}">Or</a></p>
        """);

    RenderedMail mail =
        MailTemplates.parse(directory.toString())
            .render(
                MailKind.RESET,
                null,
                "en",
                values("ada@example.com", "{\"data\":{\"first_name\":\"Ada <b>\"}}"));

    assertThat(mail.html())
        .contains("/account/link/reset?token&#x3D;a-b_c\">Reset</a> 012345")
        .contains("ada@example.com")
        .contains("Ada &lt;b&gt;")
        .contains(
            "https://app.example.com/auth/confirm?token_hash=a-b_c&next=https://app.example.com");
  }

  @Test
  void escapeWhatUsersChose() throws IOException {
    write("reset.txt", "{{Email}} {{Device}}");
    write("reset.subject", "{{Device}}");
    write("reset.html", "<p>{{Email}} {{Device}}</p>");

    RenderedMail mail =
        MailTemplates.parse(directory.toString())
            .render(
                MailKind.RESET,
                null,
                "en",
                values(
                    "<script>@example.com",
                    "{\"browser\":\"<img src=x>\\r\\nBcc: eve@example.com\\u2028x\"}"));

    assertThat(mail.html()).doesNotContain("<script", "<img");
    assertThat(mail.text()).isEqualTo("<script>@example.com <img src=x> Bcc: eve@example.com x");
    assertThat(mail.subject()).isEqualTo("<img src=x> Bcc: eve@example.com x");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "reset.html | '<p>\n{{Email' | reset.html:2:",
        "reset.html | '<p>\n\n{{#Token}}x' | reset.html:3:",
        "reset.html | '<p>{{/Token}}' | reset.html:1:",
        "reset.txt | 'Hello\n{{Emial}}' | reset.txt:2: there is no {{Emial}}",
        "reset.txt | 'Hello\n{{ .Emial }}' | reset.txt:2: there is no {{Emial}}",
        "reset.txt | '{{#Emial}}x{{/Emial}}' | reset.txt:1: there is no {{Emial}}",
        "reset.de.subject | '{{Code}}' | reset.de.subject:1: there is no {{Code}}",
        "reset.txt | 'Hello {{Email}}\n{{^Device}}{{Tokne}}{{/Device}}' | reset.txt:2: there is no {{Tokne}}",
        "reset.txt | '{{#Device}}x{{^Token}}{{Tokne}}{{/Token}}{{/Device}}' | there is no {{Tokne}}",
        "reset.txt | '{{#Data.plan}}\n{{Tokne}}{{/Data.plan}}' | reset.txt:2: there is no {{Tokne}}",
        "reset.html | '{{ if .Data.x }}a{{ end }}' | reset.html:1:",
        "reset.html | '{{>other}}' | reset.html:1:",
        "rest.html | 'x' | rest.html, which names no mail",
        "reset.deutsch.html | 'x' | reset.deutsch.html, which names no mail",
      })
  void nameTheFileAndLineOfAMistake(String file, String content, String message)
      throws IOException {
    write(file, content);

    assertThatThrownBy(() -> MailTemplates.parse(directory.toString()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{#Device}}{{.}}{{/Device}}{{^Device}}{{Email}}{{/Device}}",
        "{{#Data}}{{first_name}}{{/Data}}{{#Data.plan}}{{Data.plan}}{{/Data.plan}}",
        "{{^Data.plan}}{{#Token}}{{^NewEmail}}{{SiteURL}}{{/NewEmail}}{{/Token}}{{/Data.plan}}",
      })
  void mayUseEveryNameInEverySection(String content) throws IOException {
    write("reset.txt", content);

    assertThat(
            MailTemplates.parse(directory.toString())
                .render(MailKind.RESET, null, "en", values)
                .text())
        .doesNotContain("{{");
  }

  @Test
  void mustBeTextOfAReasonableLength() throws IOException {
    Files.write(directory.resolve("reset.html"), "größer".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> MailTemplates.parse(directory.toString()))
        .hasMessage("reset.html must be a file of UTF-8 text of at most 256 KiB");

    write("reset.html", "x".repeat(256 * 1024 + 1));
    assertThatThrownBy(() -> MailTemplates.parse(directory.toString()))
        .hasMessage("reset.html must be a file of UTF-8 text of at most 256 KiB");

    assertThatThrownBy(() -> MailTemplates.parse(directory.resolve("none").toString()))
        .hasMessage("names no directory that can be read");
  }

  private void write(String file, String content) throws IOException {
    Files.writeString(directory.resolve(file), content);
  }
}
