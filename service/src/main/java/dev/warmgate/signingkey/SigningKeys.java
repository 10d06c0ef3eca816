package dev.warmgate.signingkey;

import com.codahale.metrics.health.HealthCheck;
import dev.warmgate.audit.Audit;
import dev.warmgate.logging.RootCause;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.telemetry.Telemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.metrics.ObservableLongGauge;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The signing keys in memory: the newest one whose {@code signs_from} has passed signs, and all
 * verify. While the database is unavailable, the keys of the last read stay in use.
 */
public final class SigningKeys extends HealthCheck {
  private static final Logger log = LoggerFactory.getLogger(SigningKeys.class);

  /**
   * Tokens with an unknown key cause at most one read per interval, so that strangers cannot load
   * the database.
   */
  private static final Duration MIN_RELOAD_INTERVAL = Duration.ofSeconds(5);

  private final SigningKeyDao dao;
  private final KeyCipher cipher;
  private final Audit audit;
  private final Clock clock;
  private volatile List<SigningKey> keys = List.of();

  // Written only while holding the lock of this.
  private volatile Instant triedAt = Instant.MIN;
  private volatile boolean failed;

  public SigningKeys(
      SigningKeyDao dao, KeyCipher cipher, Audit audit, Clock clock, OpenTelemetry telemetry) {
    this.dao = dao;
    this.cipher = cipher;
    this.audit = audit;
    this.clock = clock;
    ObservableLongGauge _ =
        telemetry
            .getMeter(Telemetry.SCOPE)
            .gaugeBuilder(Telemetry.SIGNING_KEY_AGE)
            .ofLongs()
            .setUnit("s")
            .buildWithCallback(gauge -> signing().ifPresent(key -> gauge.record(age(key))));
  }

  /**
   * Reads the keys, and creates the first one if there is none.
   *
   * @throws RuntimeException if the database cannot be reached or a key cannot be decrypted
   */
  public synchronized void load() {
    triedAt = clock.instant();
    failed = true;
    List<SigningKeyDao.Row> rows = dao.all();
    if (rows.isEmpty()) {
      SigningKey first = SigningKey.generate(clock.instant());
      if (audit.record(origin -> dao.insertFirst(cipher.seal(first), origin))) {
        log.info("created the first signing key kid={}", first.id());
      }
      rows = dao.all();
    }
    List<SigningKey> read = rows.stream().map(cipher::open).toList();
    // The same list as long as it has the same keys, which makes it cheap to compare.
    keys = read.equals(keys) ? keys : read;
    failed = false;
  }

  /**
   * Returns the current signing key.
   *
   * @throws ApiException 503 before the first key was read
   */
  public SigningKey current() {
    return signing()
        .orElseThrow(() -> ApiException.retryAfter(ProblemType.NOT_READY, Duration.ofSeconds(1)));
  }

  /**
   * Returns the newest key that may sign now. If clocks differ and none may sign yet, it is the
   * first one that will.
   */
  private Optional<SigningKey> signing() {
    List<SigningKey> all = keys;
    Instant now = clock.instant();
    return all.stream()
        .filter(key -> !key.signsFrom().isAfter(now))
        .findFirst()
        .or(() -> all.isEmpty() ? Optional.empty() : Optional.of(all.getLast()));
  }

  private long age(SigningKey key) {
    return Math.max(0, Duration.between(key.signsFrom(), clock.instant()).toSeconds());
  }

  /**
   * Returns the key with this id; reloads the keys for an unknown id, since another replica may
   * have just created it.
   *
   * @throws RuntimeException if the id is unknown and the keys cannot be read
   */
  public Optional<SigningKey> find(String id) {
    Optional<SigningKey> known = known(id);
    return known.isPresent() ? known : reloadAndFind(id);
  }

  /** One caller reloads the keys; concurrent callers use its result. */
  private synchronized Optional<SigningKey> reloadAndFind(String id) {
    if (clock.instant().isBefore(triedAt.plus(MIN_RELOAD_INTERVAL))) {
      if (failed) {
        throw ApiException.retryAfter(ProblemType.DATABASE_UNAVAILABLE, Duration.ofSeconds(1));
      }
      return known(id);
    }
    try {
      load();
    } catch (IllegalStateException unreadable) {
      // A key is encrypted with a secret that this replica lacks; the client is not at fault.
      log.error("signing keys not reloaded: {}", RootCause.of(unreadable));
      throw ApiException.retryAfter(ProblemType.NOT_READY, Duration.ofSeconds(1));
    }
    return known(id);
  }

  private Optional<SigningKey> known(String id) {
    return keys.stream().filter(key -> key.id().equals(id)).findFirst();
  }

  /** Returns all keys, including the one on standby, newest first. */
  public List<SigningKey> published() {
    return keys;
  }

  /**
   * Reloads the keys, so that a key that another replica created is published here; keeps the old
   * ones on failure.
   */
  public void reload() {
    try {
      load();
    } catch (IllegalStateException unreadable) {
      log.error("signing keys not reloaded: {}", RootCause.of(unreadable));
    } catch (RuntimeException unavailable) {
      log.warn("signing keys not reloaded: {}", RootCause.of(unavailable));
    }
  }

  @Override
  protected Result check() {
    return keys.isEmpty() ? Result.unhealthy("no signing key has been read yet") : Result.healthy();
  }
}
