package dev.warmgate;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.warmgate.secret.SecretFile;
import dev.warmgate.secret.SecretKeys;
import jakarta.validation.constraints.NotNull;
import org.jspecify.annotations.Nullable;

/**
 * Secret keys, given in the environment or in files that it names.
 *
 * @param keyEncryptionKeys encrypt signing keys and webhook secrets in the database
 * @param refreshKeys sign refresh tokens
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record SecretsConfiguration(
    @NotNull SecretKeys keyEncryptionKeys,
    @NotNull SecretKeys refreshKeys,
    @Nullable SecretFile keyEncryptionKeysFile,
    @Nullable SecretFile refreshKeysFile) {
  /** Reads each list from its file, if one is given. */
  public SecretsConfiguration {
    keyEncryptionKeys =
        SecretFile.either(keyEncryptionKeys, keyEncryptionKeysFile, "key_encryption_keys");
    refreshKeys = SecretFile.either(refreshKeys, refreshKeysFile, "refresh_keys");
  }
}
