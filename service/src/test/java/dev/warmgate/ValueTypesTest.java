package dev.warmgate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.warmgate.account.EmailAddress;
import dev.warmgate.testkit.ServiceClasses;
import java.lang.reflect.Executable;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Tests that Jackson makes value types from strings only, in requests and in the configuration. */
final class ValueTypesTest {
  private static final List<String> NO_STRINGS =
      List.of(
          "{}",
          "{\"text\": \"a@example.com\", \"key\": \"a@example.com\"}",
          "{\"text\": null}",
          "[]",
          "[\"a@example.com\"]",
          "{\"email\": {}}");

  private final ObjectMapper json =
      StrictJson.configure(StrictJson.readValuesByTheirCreator(StrictJson.mapper()));

  @Test
  void areMadeFromStringsOnly() {
    List<Class<?>> values =
        ServiceClasses.all().stream()
            .filter(type ->
                Stream.<Executable>concat(
                        Stream.of(type.getDeclaredConstructors()),
                        Stream.of(type.getDeclaredMethods()))
                    .anyMatch(ValueTypesTest::isDelegating))
            .toList();

    assertThat(values.stream().map(Class::getSimpleName).toList())
        .contains("EmailAddress", "Password", "WebhookEvent", "DatabaseUrl", "SecretKeys");
    for (Class<?> type : values) {
      for (String text : NO_STRINGS) {
        assertThatThrownBy(() -> json.readValue(text, type))
            .as(type + " from " + text)
            .isInstanceOf(JsonProcessingException.class);
      }
    }
  }

  @Test
  void areMadeFromStrings() throws JsonProcessingException {
    assertThat(json.readValue("\"A@Example.com\"", EmailAddress.class).key())
        .isEqualTo("a@example.com");
  }

  private static boolean isDelegating(Executable unit) {
    JsonCreator mark = unit.getAnnotation(JsonCreator.class);
    return mark != null && mark.mode() == JsonCreator.Mode.DELEGATING;
  }
}
