package dev.warmgate.testkit;

import dev.warmgate.secret.SecretKeys;
import dev.warmgate.signingkey.KeyRotation;
import dev.warmgate.signingkey.Keys;
import dev.warmgate.signingkey.KeysConfiguration;
import io.dropwizard.util.Duration;

/** Somebody at {@code warmgate keys}, with pools of their own. */
public final class KeyOperator implements AutoCloseable {
  public final KeyRotation keys;

  private final String secrets;
  private final OtherProcess process;

  public KeyOperator(String url, String secrets) {
    this.secrets = secrets;
    process = new OtherProcess(url);
    process.foundation().redis().connect();
    keys = rotation();
  }

  /** One more; each replica has its own. */
  public KeyRotation rotation() {
    return Keys.of(
            process.foundation(),
            new SecretKeys(secrets),
            new KeysConfiguration(Duration.days(1), Duration.seconds(8), null))
        .rotation();
  }

  @Override
  public void close() {
    process.close();
  }
}
