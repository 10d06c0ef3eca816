package dev.warmgate.signingkey;

import dev.warmgate.audit.Audit;
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
 * Replaces signing keys. A new one is published on standby until everybody knows it, then it signs;
 * the one before it stays published until its last token has expired, then it is forgotten. When
 * that is, is read off {@code signs_from}: there is no state that replicas could disagree on.
 */
public final class KeyRotation {
  private static final Logger log = LoggerFactory.getLogger(KeyRotation.class);

  /** The longest life of a token, and time for clocks that differ. */
  static final Duration PUBLISHED_AFTER =
      Duration.ofHours(TokensConfiguration.LONGEST_HOURS).plusMinutes(5);

  /** What a key does now. */
  public enum State {
    STANDBY,
    SIGNING,
    RETIRED
  }

  /**
   * A key as an operator sees it.
   *
   * @param encryptionKeyId the secret that its private half is encrypted with
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
   * Reads the keys again, makes the next one if it is time, and forgets those that have done; to be
   * called regularly, on every replica. Asks PostgreSQL for more than the keys only if there is
   * something to do.
   */
  public void rotateIfDue() {
    keys.reload();
    try {
      if (isDue()) {
        makeNext(configuration.rotateAfter().toSeconds() - aheadSeconds());
      }
      forget();
    } catch (RuntimeException databaseAway) {
      log.warn("signing keys not rotated: {}", databaseAway.getMessage());
    }
  }

  /**
   * Puts the next key on standby, whatever the age of the one that signs.
   *
   * @return the key, or nothing if there is one on standby already
   */
  public Optional<Listed> rotate() {
    return makeNext(0)
        .flatMap(id -> list().stream().filter(key -> key.id().equals(id)).findFirst());
  }

  /**
   * Takes a key back at once, for one that may have been stolen: no token signed with it is
   * accepted any more, and if it was the one that signs, another one does.
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
   * Encrypts with the newest secret what is encrypted with an older one, which may be dropped then.
   *
   * @return how many keys
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

  /** Every key there is, the newest first. */
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

  private Optional<String> makeNext(long unlessYoungerThanSeconds) {
    SigningKey next = SigningKey.generate(clock.instant().plusSeconds(aheadSeconds()));
    boolean made =
        audit.record(origin ->
            dao.insertNext(cipher.seal(next), unlessYoungerThanSeconds, aheadSeconds(), origin));
    if (made) {
      log.info("made the next signing key kid={}, which signs in {} s", next.id(), aheadSeconds());
    }
    keys.reload();
    return made ? Optional.of(next.id()) : Optional.empty();
  }

  private void forget() {
    List<SigningKey> known = keys.published();
    Instant lastTokensExpired = clock.instant().minus(PUBLISHED_AFTER);
    boolean any =
        known.size() > 1
            && known.subList(0, known.size() - 1).stream()
                .anyMatch(next -> next.signsFrom().isBefore(lastTokensExpired));
    if (any) {
      dao.forgetReplacedFor(PUBLISHED_AFTER.toSeconds())
          .forEach(id -> log.info("forgot the signing key kid={}: its tokens have expired", id));
      keys.reload();
    }
  }

  private long aheadSeconds() {
    return configuration.publishAhead().toSeconds();
  }
}
