package dev.warmgate.signingkey;

import dev.warmgate.foundation.Foundation;
import dev.warmgate.revocation.Revoked;
import dev.warmgate.secret.SecretKeys;

/** The wiring of the signing keys and their rotation. */
public record Keys(SigningKeys signing, KeyRotation rotation) {
  /**
   * @param encryption the keys that encrypt the private keys in the database
   */
  public static Keys of(
      Foundation foundation, SecretKeys encryption, KeysConfiguration configuration) {
    SigningKeyDao dao = foundation.database().backgroundDao(SigningKeyDao.class);
    KeyCipher cipher = new KeyCipher(encryption);
    SigningKeys signing =
        new SigningKeys(
            dao, cipher, foundation.audit(), foundation.clock(), foundation.telemetry());
    foundation
        .revocations()
        .listen(ref -> {
          if (ref.kind() == Revoked.Kind.KEY) {
            signing.reload();
          }
        });
    return new Keys(
        signing,
        new KeyRotation(
            dao,
            cipher,
            signing,
            foundation.revocations(),
            foundation.audit(),
            configuration,
            foundation.clock()));
  }
}
