package dev.warmgate.token;

import dev.warmgate.signingkey.Es256;
import dev.warmgate.signingkey.SigningKeys;
import dev.warmgate.warmup.Warmed;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.Callable;

/**
 * Loads the signing keys or creates the first one, then signs and verifies a token for a fictitious
 * user. It fails if the keys cannot be read.
 */
public final class SigningKeyWarmer implements Callable<Warmed> {
  private final SigningKeys keys;
  private final TokenIssuer issuer;
  private final TokenVerifier verifier;

  public SigningKeyWarmer(SigningKeys keys, TokenIssuer issuer, TokenVerifier verifier) {
    this.keys = keys;
    this.issuer = issuer;
    this.verifier = verifier;
  }

  @Override
  public Warmed call() {
    keys.load();
    UUID nobody = UUID.randomUUID();
    String audience = issuer.audience(null);
    TokenIssuer.Subject subject =
        new TokenIssuer.Subject(
            nobody, nobody, "nobody@warmup.invalid", false, "user", Instant.EPOCH, 1, null);
    verifier.verify(issuer.issue(subject, audience).token());
    return Warmed.warm(
        "%d keys, signed and verified by %s"
            .formatted(keys.published().size(), Es256.provider().getName()));
  }
}
