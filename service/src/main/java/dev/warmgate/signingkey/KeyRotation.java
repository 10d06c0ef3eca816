package dev.warmgate.signingkey;

import dev.warmgate.audit.Audit;
import dev.warmgate.logging.RootCause;
import dev.warmgate.revocation.RevocationFeed;
import dev.warmgate.token.TokensConfiguration;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rotates signing keys: a new key is published on standby until all caches have it, and the key
 * before it stays published until its last token has expired. All of this follows from {@code
 * signs_from}, so there is no other state that replicas could disagree on.
 */
public final class KeyRotation {
  private static final Logger log = LoggerFactory.getLogger(KeyRotation.class);

  /** The longest lifetime of a token, plus an allowance for clock differences. */
  static final Duration PUBLISHED_AFTER =
      Duration.ofHours(TokensConfiguration.LONGEST_HOURS).plusMinutes(5);

  /** The current state of a key. */
  public enum State {
    STANDBY,
    SIGNING,
    RETIRED
  }

  /**
   * A key as operators see it.
   *
   * @param encryptionKeyId id of the key that encrypts its private key
   */
  public record Listed(String id, State state, Instant signsFrom, String encryptionKeyId) {}

  private final SigningKeyDao dao;
  private final KeyCipher cipher;
  private final SigningKeys keys;
  private final RevocationFeed revocations;
  private final Audit audit;
  private final KeysConfiguration configuration;
  private final Clock clock;

  public KeyRotation(
      SigningKeyDao dao,
      KeyCipher cipher,
      SigningKeys keys,
      RevocationFeed revocations,
      Audit audit,
      KeysConfiguration configuration,
      Clock clock) {
    this.dao = dao;
    this.cipher = cipher;
    this.keys = keys;
    this.revocations = revocations;
    this.audit = audit;
    this.configuration = configuration;
    this.clock = clock;
  }

  /**
   * Reloads the keys, creates the next one if it is due, and deletes expired ones; every replica
   * calls this regularly. It runs further queries only if there is something to do.
   */
  public void rotateIfDue() {
    keys.reload();
    try {
      if (isDue()) {
        createNext(configuration.rotateAfter().toSeconds() - aheadSeconds());
      }
      deleteExpired();
    } catch (RuntimeException unavailable) {
      log.warn("signing keys not rotated: {}", RootCause.of(unavailable));
    }
  }

  /**
   * Puts the next key on standby, whatever the age of the current one.
   *
   * @return the new key, or empty if there is one on standby already
   */
  public Optional<Listed> rotate() {
    return createNext(0)
        .flatMap(id -> list().stream().filter(key -> key.id().equals(id)).findFirst());
  }

  /**
   * Returns when every running replica publishes a key that was made just now; one that cannot
   * reach PostgreSQL publishes it later.
   */
  public Instant publishedBy() {
    return clock.instant().plus(configuration.reload().toJavaDuration());
  }

  /** Returns when a cache of the published keys has such a key, at the latest. */
  public Instant cachedBy() {
    return publishedBy().plus(KeysConfiguration.MAX_AGE);
  }

  /**
   * Withdraws a key immediately, for one that may be compromised. Its tokens are no longer
   * accepted; if it was the current key, another one takes its place.
   *
   * @return whether there was such a key
   */
  public boolean retire(String id) {
    SigningKeyDao.Row replacement = cipher.seal(SigningKey.generate(clock.instant()));
    if (!audit.record(origin -> dao.retire(id, replacement, origin))) {
      return false;
    }
    keys.reload();
    revocations.announce();
    return true;
  }

  /**
   * Encrypts keys with the newest encryption key if they use an older one, which can be removed
   * afterwards.
   *
   * @return the number of changed keys
   */
  public int reencrypt() {
    int changed = 0;
    for (SigningKeyDao.Row row : dao.all()) {
      if (!row.encryptionKeyId().equals(cipher.encryptionKeyId())) {
        changed += dao.reencrypt(cipher.seal(cipher.open(row)), row.encryptionKeyId());
      }
    }
    return changed;
  }

  /** Returns all keys, newest first. */
  public List<Listed> list() {
    List<Listed> listed = new ArrayList<>();
    Instant now = clock.instant();
    State state = State.SIGNING;
    for (SigningKeyDao.Row row : dao.all()) {
      boolean standby = row.signsFrom().isAfter(now);
      listed.add(
          new Listed(
              row.id(), standby ? State.STANDBY : state, row.signsFrom(), row.encryptionKeyId()));
      if (!standby) {
        state = State.RETIRED;
      }
    }
    return listed;
  }

  private boolean isDue() {
    List<SigningKey> known = keys.published();
    return configuration.isAutomatic()
        && !known.isEmpty()
        && !clock
            .instant()
            .plusSeconds(aheadSeconds())
            .isBefore(
                known.getFirst().signsFrom().plusSeconds(configuration.rotateAfter().toSeconds()));
  }

  private Optional<String> createNext(long unlessYoungerThanSeconds) {
    SigningKey next = SigningKey.generate(clock.instant().plusSeconds(aheadSeconds()));
    boolean made =
        audit.record(origin ->
            dao.insertNext(cipher.seal(next), unlessYoungerThanSeconds, aheadSeconds(), origin));
    if (made) {
      log.info(
          "created the next signing key kid={}, which signs in {} s", next.id(), aheadSeconds());
    }
    keys.reload();
    return made ? Optional.of(next.id()) : Optional.empty();
  }

  private void deleteExpired() {
    List<SigningKey> known = keys.published();
    Instant lastTokensExpired = clock.instant().minus(PUBLISHED_AFTER);
    boolean anyExpired =
        known.size() > 1
            && known.subList(0, known.size() - 1).stream()
                .anyMatch(next -> next.signsFrom().isBefore(lastTokensExpired));
    if (anyExpired) {
      dao.forgetReplacedFor(PUBLISHED_AFTER.toSeconds())
          .forEach(id -> log.info("deleted the signing key kid={}: its tokens have expired", id));
      keys.reload();
    }
  }

  private long aheadSeconds() {
    return configuration.publishAhead().toSeconds();
  }
}
