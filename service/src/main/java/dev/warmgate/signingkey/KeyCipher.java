package dev.warmgate.signingkey;

import dev.warmgate.secret.SecretCipher;
import dev.warmgate.secret.SecretKeys;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;

/**
 * Seals signing keys for the database: the private half with AES-256-GCM and a key that is not in
 * the database, bound to the id. Since the id is the public half's thumbprint, whoever can only
 * write to the database can neither swap rows nor make us believe a key of his own.
 */
public final class KeyCipher {
  private final SecretCipher secrets;

  public KeyCipher(SecretKeys keys) {
    this.secrets = new SecretCipher(keys);
  }

  /** The id of the key that seals; kept beside what it sealed. */
  String encryptionKeyId() {
    return secrets.encryptionKeyId();
  }

  public SigningKeyDao.Row seal(SigningKey key) {
    return new SigningKeyDao.Row(
        key.id(),
        key.publicKey().getEncoded(),
        secrets.encrypt(key.id(), key.privateKey().getEncoded()),
        secrets.encryptionKeyId(),
        key.signsFrom());
  }

  /**
   * @throws IllegalStateException if the key that sealed it is not configured, or the row is not
   *     what was sealed
   */
  SigningKey open(SigningKeyDao.Row row) {
    byte[] privateKey = secrets.decrypt(row.encryptionKeyId(), row.id(), row.encryptedPrivateKey());
    try {
      KeyFactory factory = KeyFactory.getInstance("EC");
      ECPublicKey publicKey =
          (ECPublicKey) factory.generatePublic(new X509EncodedKeySpec(row.publicKey()));
      if (!SigningKey.thumbprint(publicKey).equals(row.id())) {
        throw new IllegalStateException(
            "signing key " + row.id() + " has another public key than it was made with");
      }
      return new SigningKey(
          row.id(),
          publicKey,
          (ECPrivateKey) factory.generatePrivate(new PKCS8EncodedKeySpec(privateKey)),
          row.signsFrom());
    } catch (GeneralSecurityException broken) {
      throw new IllegalStateException("signing key " + row.id() + " cannot be read", broken);
    }
  }
}
