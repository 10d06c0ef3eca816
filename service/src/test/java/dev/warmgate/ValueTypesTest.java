package dev.warmgate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import dev.warmgate.account.EmailAddress;
import java.util.List;

/** Tests that Jackson makes value types from strings only, in requests and in the configuration. */
@AnalyzeClasses(packages = "dev.warmgate", importOptions = ImportOption.DoNotIncludeTests.class)
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

  @ArchTest
  void areMadeFromStringsOnly(JavaClasses all) {
    List<? extends Class<?>> values =
        all.stream()
            .filter(type -> type.getCodeUnits().stream().anyMatch(ValueTypesTest::isDelegating))
            .map(JavaClass::reflect)
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

  @ArchTest
  void areMadeFromStrings(JavaClasses all) throws JsonProcessingException {
    assertThat(json.readValue("\"A@Example.com\"", EmailAddress.class).key())
        .isEqualTo("a@example.com");
  }

  private static boolean isDelegating(JavaCodeUnit unit) {
    return unit.tryGetAnnotationOfType(JsonCreator.class)
        .filter(mark -> mark.mode() == JsonCreator.Mode.DELEGATING)
        .isPresent();
  }
}
