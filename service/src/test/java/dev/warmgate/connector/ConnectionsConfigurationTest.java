package dev.warmgate.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Tests that the connections never exhaust the files of the process. */
final class ConnectionsConfigurationTest {
  private static final int NEEDED = 4096 + 128 + 512;

  private final ConnectionsConfiguration defaults =
      new ConnectionsConfiguration(4096, null, null, null);

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

  @Test
  void takesAsManyAsThereAreFilesForUnlessTheNumberIsSet() {
    assertThat(ConnectionsConfiguration.fitting(NEEDED, 128)).isEqualTo(4096);
    assertThat(ConnectionsConfiguration.fitting(1_000_000, 128)).isEqualTo(4096);
    assertThat(ConnectionsConfiguration.fitting(0, 128)).as("unknown").isEqualTo(4096);
    assertThat(ConnectionsConfiguration.fitting(1024, 128)).isEqualTo(384);
    assertThat(ConnectionsConfiguration.fitting(100, 128)).isEqualTo(16);
  }

  @Test
  void givesNobodyMoreThanAll() {
    ConnectionsConfiguration few = new ConnectionsConfiguration(300, null, null, null);

    assertThat(few.perProxy()).isEqualTo(300);
    assertThat(few.perAddress()).isEqualTo(300);
    assertThat(few.isNobodyAllowedMoreThanAll()).isTrue();
  }
}
