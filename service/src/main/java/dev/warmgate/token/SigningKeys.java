package dev.warmgate.token;

import com.codahale.metrics.health.HealthCheck;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.secret.SecretKeys;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
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
  private final Clock clock;
  private volatile List<SigningKey> keys = List.of();
  private volatile Instant loadedAt = Instant.MIN;

  public SigningKeys(SigningKeyDao dao, SecretKeys encryptionKeys, Clock clock) {
    this.dao = dao;
    this.cipher = new KeyCipher(encryptionKeys);
    this.clock = clock;
  }

  /**
   * Reads the keys, and makes the first one if there is none.
   *
   * @throws RuntimeException if the database cannot be reached or a key cannot be decrypted
   */
  public synchronized void load() {
    List<SigningKeyDao.Row> rows = dao.all();
    if (rows.isEmpty()) {
      SigningKey first = SigningKey.generate(clock.instant());
      if (dao.insertFirst(encrypted(first)) == 1) {
        log.info("made the first signing key kid={}", first.id());
      }
      rows = dao.all();
    }
    keys = rows.stream().map(this::decrypted).toList();
    loadedAt = clock.instant();
  }

  /**
   * Takes a key back at once, for one that may have been stolen: no token signed with it is
   * accepted any more. Whoever calls this announces the revocation; if it was the only key, there
   * is another one then.
   *
   * @return whether there was such a key
   */
  public boolean retire(String id) {
    boolean retired = dao.retire(id) == 1;
    load();
    return retired;
  }

  /**
   * The key that signs now.
   *
   * @throws ApiException 503 while no key was read yet
   */
  SigningKey current() {
    Instant now = clock.instant();
    return keys.stream()
        .filter(key -> !key.signsFrom().isAfter(now))
        .findFirst()
        .orElseThrow(() -> ApiException.retryAfter(ProblemType.NOT_READY, Duration.ofSeconds(1)));
  }

  /** The key of that id; an unknown one may have been made by another replica just now. */
  Optional<SigningKey> find(String id) {
    Optional<SigningKey> known = known(id);
    if (known.isPresent() || clock.instant().isBefore(loadedAt.plus(MIN_RELOAD_INTERVAL))) {
      return known;
    }
    load();
    return known(id);
  }

  private Optional<SigningKey> known(String id) {
    return keys.stream().filter(key -> key.id().equals(id)).findFirst();
  }

  /** Every key that may meet a verifier, the standby ones too. */
  List<SigningKey> published() {
    return keys;
  }

  /**
   * Reads the keys again, so that a key made elsewhere is published here; keeps the old ones if it
   * cannot.
   */
  public void reload() {
    try {
      load();
    } catch (RuntimeException databaseAway) {
      log.warn("signing keys not reloaded: {}", databaseAway.getMessage());
    }
  }

  @Override
  protected Result check() {
    return keys.isEmpty() ? Result.unhealthy("no signing key was read yet") : Result.healthy();
  }

  private SigningKeyDao.Row encrypted(SigningKey key) {
    return new SigningKeyDao.Row(
        key.id(),
        key.publicKey().getEncoded(),
        cipher.encrypt(key.id(), key.privateKey().getEncoded()),
        cipher.encryptionKeyId(),
        key.signsFrom());
  }

  private SigningKey decrypted(SigningKeyDao.Row row) {
    byte[] privateKey = cipher.decrypt(row.encryptionKeyId(), row.id(), row.encryptedPrivateKey());
    try {
      KeyFactory factory = KeyFactory.getInstance("EC");
      return new SigningKey(
          row.id(),
          (ECPublicKey) factory.generatePublic(new X509EncodedKeySpec(row.publicKey())),
          (ECPrivateKey) factory.generatePrivate(new PKCS8EncodedKeySpec(privateKey)),
          row.signsFrom());
    } catch (GeneralSecurityException broken) {
      throw new IllegalStateException("signing key " + row.id() + " cannot be read", broken);
    }
  }
}
