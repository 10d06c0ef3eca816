package dev.warmgate.signingkey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmgate.audit.Audit;
import dev.warmgate.audit.AuditContext;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.secret.SecretKeys;
import dev.warmgate.telemetry.Telemetry;
import dev.warmgate.testkit.Secrets;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.testing.assertj.OpenTelemetryAssertions;
import io.opentelemetry.sdk.testing.junit5.OpenTelemetryExtension;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tests which keys sign, verify and are published at a given time. */
final class SigningKeysTest {
  @RegisterExtension static final OpenTelemetryExtension METRICS = OpenTelemetryExtension.create();

  private static final Instant START = Instant.parse("2026-11-25T12:00:00Z");

  private final KeyCipher cipher = new KeyCipher(secret("k1"));
  private final List<SigningKeyDao.Row> rows = new ArrayList<>();
  private Instant now = START;
  private boolean down;
  private int reads;
  private SigningKeys keys;

  @BeforeEach
  void open() {
    Audit unused =
        new Audit(null, null, AuditContext.SYSTEM, new TestClock(), OpenTelemetry.noop());
    keys = new SigningKeys(dao(), cipher, unused, new TestClock(), METRICS.getOpenTelemetry());
  }

  @Test
  void signsWithTheNewestKeyThatMaySign() {
    SigningKey old = add(START.minusSeconds(100));
    SigningKey next = add(START.plusSeconds(60));
    keys.load();

    assertThat(keys.current().id()).isEqualTo(old.id());
    now = START.plusSeconds(59);
    assertThat(keys.current().id()).isEqualTo(old.id());
    now = START.plusSeconds(60);
    assertThat(keys.current().id()).isEqualTo(next.id());
    assertThat(keys.published())
        .extracting(SigningKey::id)
        .containsExactlyInAnyOrder(old.id(), next.id());
  }

  @Test
  void signsWithTheFirstKeyIfItsClockIsBehindPostgres() {
    SigningKey first = add(START.plusSeconds(2));
    add(START.plusSeconds(900));
    keys.load();

    assertThat(keys.current().id()).isEqualTo(first.id());
  }

  @Test
  void publishesNoEmptySetBecauseClientsWouldCacheIt() {
    assertThatThrownBy(() -> new JwksResource(keys).jwks())
        .isInstanceOfSatisfying(
            ApiException.class,
            refused -> assertThat(refused.type()).isEqualTo(ProblemType.NOT_READY));
  }

  @Test
  void reportsTheAgeOfTheKeyThatSigns() {
    add(START.minus(Duration.ofDays(31)));
    add(START.plusSeconds(60));
    keys.load();

    OpenTelemetryAssertions.assertThat(METRICS.getMetrics())
        .anySatisfy(metric ->
            OpenTelemetryAssertions.assertThat(metric)
                .hasName(Telemetry.SIGNING_KEY_AGE)
                .hasUnit("s")
                .hasLongGaugeSatisfying(gauge ->
                    gauge.hasPointsSatisfying(
                        point -> point.hasValue(Duration.ofDays(31).toSeconds()))));
  }

  @Test
  void refusesAReplacedPublicKey() {
    SigningKey original = add(START);
    SigningKeyDao.Row row = rows.removeFirst();
    rows.add(
        new SigningKeyDao.Row(
            row.id(),
            SigningKey.generate(START).publicKey().getEncoded(),
            row.encryptedPrivateKey(),
            row.encryptionKeyId(),
            row.signsFrom()));

    assertThatThrownBy(keys::load)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(original.id())
        .hasMessageContaining("a public key that does not match its id");
    assertThat(keys.published()).isEmpty();
  }

  @Test
  void refusesAKeyThatIsEncryptedWithAnotherSecret() {
    rows.add(new KeyCipher(secret("k1")).seal(SigningKey.generate(START)));

    assertThatThrownBy(keys::load).isInstanceOf(IllegalStateException.class);
    assertThat(keys.published()).isEmpty();
  }

  @Test
  void refusesSwappedRows() {
    SigningKeyDao.Row one = cipher.seal(SigningKey.generate(START));
    SigningKeyDao.Row other = cipher.seal(SigningKey.generate(START));
    rows.add(
        new SigningKeyDao.Row(
            one.id(), one.publicKey(), other.encryptedPrivateKey(), "k1", one.signsFrom()));

    assertThatThrownBy(keys::load).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void readsAtMostOnceInFiveSecondsForUnknownKeys() {
    add(START);
    keys.load();
    now = START.plusSeconds(5);
    for (int i = 0; i < 10; i++) {
      assertThat(keys.find("unknown-" + i)).isEmpty();
    }
    assertThat(reads).isEqualTo(2);

    SigningKey made = add(now);
    assertThat(keys.find(made.id())).isEmpty();
    now = now.plusSeconds(5);
    assertThat(keys.find(made.id())).isPresent();
  }

  @Test
  void answers503ForAnUnknownKeyWhileTheDatabaseIsDown() {
    SigningKey known = add(START);
    keys.load();
    down = true;
    now = START.plusSeconds(5);

    assertThatThrownBy(() -> keys.find("unknown")).hasMessage("down");
    for (int i = 0; i < 10; i++) {
      assertThatThrownBy(() -> keys.find("unknown"))
          .isInstanceOfSatisfying(
              ApiException.class, refused -> assertThat(refused.type().status()).isEqualTo(503));
    }
    assertThat(reads).isEqualTo(2);
    assertThat(keys.find(known.id())).isPresent();
  }

  @Test
  void answers503ForAKeyWhoseSecretIsMissing() {
    add(START);
    keys.load();
    rows.addFirst(new KeyCipher(secret("k2")).seal(SigningKey.generate(START)));
    now = START.plusSeconds(5);

    assertThatThrownBy(() -> keys.find(rows.getFirst().id()))
        .isInstanceOfSatisfying(
            ApiException.class, refused -> assertThat(refused.type().status()).isEqualTo(503));
    assertThat(keys.published()).hasSize(1);
  }

  private SigningKey add(Instant signsFrom) {
    SigningKey key = SigningKey.generate(signsFrom);
    rows.addFirst(cipher.seal(key));
    return key;
  }

  private static SecretKeys secret(String id) {
    return new SecretKeys(Secrets.of(id));
  }

  /** Supports only reading. */
  private SigningKeyDao dao() {
    return (SigningKeyDao)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {SigningKeyDao.class},
            (proxy, method, arguments) -> {
              assertThat(method.getName()).isEqualTo("all");
              reads++;
              if (down) {
                throw new DatabaseDown();
              }
              return List.copyOf(rows);
            });
  }

  private static final class DatabaseDown extends RuntimeException {
    private static final long serialVersionUID = 1;

    DatabaseDown() {
      super("down");
    }
  }

  private final class TestClock extends Clock {
    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
