package dev.warmgate.passkey;

import com.yubico.webauthn.CredentialRepository;
import com.yubico.webauthn.RegisteredCredential;
import com.yubico.webauthn.data.ByteArray;
import com.yubico.webauthn.data.PublicKeyCredentialDescriptor;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * A registered passkey. The library asks it for what it would look up: it was read already.
 *
 * @param publicKey in the form of COSE
 * @param backupEligible whether it may be copied to other devices of its owner, which never changes
 */
public record KnownPasskey(
    UUID factorId,
    UUID accountId,
    byte[] credentialId,
    byte[] publicKey,
    long signCount,
    boolean backupEligible)
    implements CredentialRepository {
  /** Where none is known yet. */
  static final KnownPasskey NONE =
      new KnownPasskey(new UUID(0, 0), new UUID(0, 0), new byte[0], new byte[0], 0, false);

  /** What authenticators keep beside a passkey: the account's id, which is random. */
  static ByteArray handle(UUID accountId) {
    return new ByteArray(
        ByteBuffer.allocate(2 * Long.BYTES)
            .putLong(accountId.getMostSignificantBits())
            .putLong(accountId.getLeastSignificantBits())
            .array());
  }

  @Override
  public Set<PublicKeyCredentialDescriptor> getCredentialIdsForUsername(String username) {
    return Set.of();
  }

  @Override
  public Optional<ByteArray> getUserHandleForUsername(String username) {
    return username.equals(accountId.toString())
        ? Optional.of(handle(accountId))
        : Optional.empty();
  }

  @Override
  public Optional<String> getUsernameForUserHandle(ByteArray userHandle) {
    return userHandle.equals(handle(accountId))
        ? Optional.of(accountId.toString())
        : Optional.empty();
  }

  @Override
  public Optional<RegisteredCredential> lookup(ByteArray id, ByteArray userHandle) {
    return userHandle.equals(handle(accountId)) ? find(id) : Optional.empty();
  }

  @Override
  public Set<RegisteredCredential> lookupAll(ByteArray id) {
    return find(id).map(Set::of).orElseGet(Set::of);
  }

  private Optional<RegisteredCredential> find(ByteArray id) {
    return id.equals(new ByteArray(credentialId))
        ? Optional.of(
            RegisteredCredential.builder()
                .credentialId(id)
                .userHandle(handle(accountId))
                .publicKeyCose(new ByteArray(publicKey))
                .signatureCount(signCount)
                .build())
        : Optional.empty();
  }

  @Override
  public String toString() {
    return "KnownPasskey[" + factorId + "]";
  }
}
