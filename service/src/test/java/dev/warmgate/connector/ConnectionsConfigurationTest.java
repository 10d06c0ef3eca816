package dev.warmgate.connector;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Tests that the start stops if the connections would exhaust the files of the process. */
final class ConnectionsConfigurationTest {
  private static final int NEEDED = 4096 + 128 + 512;

  private final ConnectionsConfiguration defaults = ConnectionsConfiguration.defaults();

  @Test
  void namesTheKeyIfFilesDoNotSuffice() {
    assertThatThrownBy(() -> defaults.requireFitting(NEEDED - 1))
        .hasMessageContainingAll("connections.total (4096)", "ulimit -n", "4735", "4736");
  }

  @Test
  void fitsIntoEnoughFilesOrAnUnknownNumber() {
    assertThatCode(() -> defaults.requireFitting(NEEDED)).doesNotThrowAnyException();
    assertThatCode(() -> defaults.requireFitting(0)).doesNotThrowAnyException();
    assertThatCode(() -> defaults.requireFitting(-1)).doesNotThrowAnyException();
  }
}
