package dev.warmgate.token;

import dev.warmgate.database.Database;
import dev.warmgate.foundation.Foundation;
import dev.warmgate.secret.SecretKeys;
import dev.warmgate.signingkey.SigningKeys;
import java.util.UUID;

/** The wiring of access tokens: issuing, verification and the cache. */
public record Tokens(
    TokenIssuer issuer, SupabaseTokens supabase, TokenVerifier verifier, VerifiedTokens verified) {
  /**
   * @param sealing the keys that encrypt cached tokens in Redis
   * @param remembers whether verified tokens are cached
   */
  public static Tokens of(
      Foundation foundation,
      SigningKeys keys,
      TokensConfiguration configuration,
      VerifyConfiguration verify,
      SecretKeys sealing,
      boolean remembers) {
    TokenVerifier verifier = new TokenVerifier(configuration, keys, foundation.clock());
    Database database = foundation.database();
    TokenStateDao states = database.dao(TokenStateDao.class);
    UUID nobody = UUID.randomUUID();
    database.prepare(() -> states.find(nobody, nobody));
    return new Tokens(
        new TokenIssuer(configuration, keys, foundation.clock()),
        new SupabaseTokens(configuration, keys, foundation.clock()),
        verifier,
        new VerifiedTokens(
            verifier,
            states,
            foundation.revocations(),
            foundation.redis(),
            sealing,
            verify,
            remembers,
            foundation.clock(),
            foundation.telemetry()));
  }
}
