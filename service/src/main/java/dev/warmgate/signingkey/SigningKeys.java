package dev.warmgate.signingkey;

import com.codahale.metrics.health.HealthCheck;
import dev.warmgate.audit.Audit;
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
 * The signing keys in memory, as all replicas see them. The newest key whose time has come signs;
 * every key verifies. While the database is away the keys that were read last go on working.
 */
public final class SigningKeys extends HealthCheck {
  private static final Logger log = LoggerFactory.getLogger(SigningKeys.class);

  /**
   * A token with an unknown key may cause at most one read in this time, else strangers could cause
   * many.
   */
  private static final Duration MIN_RELOAD_INTERVAL = Duration.ofSeconds(5);

  private final SigningKeyDao dao;
  private final KeyCipher cipher;
  private final Audit audit;
  private final Clock clock;
  private volatile List<SigningKey> keys = List.of();

  // Changed by the one who holds the lock.
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
   * Reads the keys, and makes the first one if there is none.
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
        log.info("made the first signing key kid={}", first.id());
      }
      rows = dao.all();
    }
    keys = rows.stream().map(cipher::open).toList();
    failed = false;
  }

  /**
   * The key that signs now.
   *
   * @throws ApiException 503 while no key was read yet
   */
  public SigningKey current() {
    return signing()
        .orElseThrow(() -> ApiException.retryAfter(ProblemType.NOT_READY, Duration.ofSeconds(1)));
  }

  /** The newest whose time has come; if clocks differ it may be none's yet, and the next signs. */
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
   * The key of that id; an unknown one may have been made by another replica just now.
   *
   * @throws RuntimeException if the id is unknown and the keys cannot be read
   */
  public Optional<SigningKey> find(String id) {
    Optional<SigningKey> known = known(id);
    return known.isPresent() ? known : lookAgain(id);
  }

  /** One looks for all who come; the others find what he found. */
  private synchronized Optional<SigningKey> lookAgain(String id) {
    if (clock.instant().isBefore(triedAt.plus(MIN_RELOAD_INTERVAL))) {
      if (failed) {
        throw ApiException.retryAfter(ProblemType.DATABASE_UNAVAILABLE, Duration.ofSeconds(1));
      }
      return known(id);
    }
    try {
      load();
    } catch (IllegalStateException unreadable) {
      // One is sealed with a secret that this replica lacks, which is no fault of the client's.
      log.error("signing keys not reloaded: {}", unreadable.getMessage());
      throw ApiException.retryAfter(ProblemType.NOT_READY, Duration.ofSeconds(1));
    }
    return known(id);
  }

  private Optional<SigningKey> known(String id) {
    return keys.stream().filter(key -> key.id().equals(id)).findFirst();
  }

  /** Every key that may meet a verifier, the standby ones too; the newest first. */
  public List<SigningKey> published() {
    return keys;
  }

  /**
   * Reads the keys again, so that a key made elsewhere is published here; keeps the old ones if it
   * cannot.
   */
  public void reload() {
    try {
      load();
    } catch (IllegalStateException unreadable) {
      log.error("signing keys not reloaded: {}", unreadable.getMessage());
    } catch (RuntimeException databaseAway) {
      log.warn("signing keys not reloaded: {}", databaseAway.getMessage());
    }
  }

  @Override
  protected Result check() {
    return keys.isEmpty() ? Result.unhealthy("no signing key was read yet") : Result.healthy();
  }
}
