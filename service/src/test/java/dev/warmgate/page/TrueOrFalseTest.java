package dev.warmgate.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmgate.problem.ApiException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TrueOrFalseTest {
  @Test
  void isFalseUnlessItIsTrue() {
    assertThat(TrueOrFalse.parse("metadata", "true")).isTrue();
    assertThat(TrueOrFalse.parse("metadata", "false")).isFalse();
    assertThat(TrueOrFalse.parse("metadata", null)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "TRUE", "1", "yes", " true"})
  void refusesWhatIsNeither(String text) {
    assertThatThrownBy(() -> TrueOrFalse.parse("metadata", text)).isInstanceOf(ApiException.class);
  }
}
