package dev.warmgate.testkit;

import dev.warmgate.factor.FactorResets;
import dev.warmgate.factor.Factors;
import dev.warmgate.mail.Notices;
import dev.warmgate.mail.NoticesConfiguration;
import dev.warmgate.secret.SecretKeys;
import dev.warmgate.signingkey.KeyRotation;
import dev.warmgate.signingkey.Keys;
import dev.warmgate.signingkey.KeysConfiguration;
import io.dropwizard.util.Duration;

/** An operator who uses {@code warmgate keys}, with separate connection pools. */
public final class KeyOperator implements AutoCloseable {
  public final KeyRotation keys;
  public final FactorResets factors;

  private final String secrets;
  private final OtherProcess process;

  public KeyOperator(String url, String secrets) {
    this.secrets = secrets;
    process = new OtherProcess(url);
    process.foundation().redis().connect();
    keys = rotation();
    factors =
        Factors.resets(
            process.foundation(),
            new Notices(false, false, NoticesConfiguration.defaults()),
            new SecretKeys(secrets));
  }

  /** Returns a new rotation, as each replica has one. */
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
