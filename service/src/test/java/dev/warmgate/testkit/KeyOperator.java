package dev.warmgate.testkit;

import dev.warmgate.audit.Audit;
import dev.warmgate.secret.SecretKeys;
import dev.warmgate.signingkey.KeyCipher;
import dev.warmgate.signingkey.KeyRotation;
import dev.warmgate.signingkey.KeysConfiguration;
import dev.warmgate.signingkey.SigningKeyDao;
import dev.warmgate.signingkey.SigningKeys;
import io.dropwizard.util.Duration;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Clock;

/** Somebody at {@code warmgate keys}, with pools of his own. */
public final class KeyOperator implements AutoCloseable {
  public final KeyRotation keys;

  private final String secrets;
  private final OtherProcess process;

  public KeyOperator(String url, String secrets) {
    this.secrets = secrets;
    process = new OtherProcess(url);
    process.redis().connect();
    keys = rotation();
  }

  /** One more; each replica has its own. */
  public KeyRotation rotation() {
    SigningKeyDao dao = process.database().backgroundDao(SigningKeyDao.class);
    KeyCipher cipher = new KeyCipher(new SecretKeys(secrets));
    Audit audit = process.audit();
    return new KeyRotation(
        dao,
        cipher,
        new SigningKeys(dao, cipher, audit, Clock.systemUTC(), OpenTelemetry.noop()),
        process.revocations(),
        audit,
        new KeysConfiguration(Duration.days(1), Duration.seconds(8), null),
        Clock.systemUTC());
  }

  @Override
  public void close() {
    process.close();
  }
}
