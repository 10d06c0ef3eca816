package dev.warmgate.token;

import dev.warmgate.request.Assurance;
import dev.warmgate.request.Caller;
import dev.warmgate.signingkey.Es256;
import dev.warmgate.signingkey.SigningKey;
import dev.warmgate.signingkey.SigningKeys;
import io.jsonwebtoken.Claims;
import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.UnsupportedJwtException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Issues access tokens in the form of Supabase's, with the same keys and the same lifetime as all
 * others. They open the Supabase form of the API only.
 */
public final class SupabaseTokens {
  /** Tells these tokens from those of RFC 9068. */
  static final String TYPE = "JWT";

  static final String SESSION = "session_id";

  /** How and when the user of the session has proven who they are, the first method first. */
  static final String METHODS = "amr";

  private static final String AAL = "aal";

  private static final String TIME = "timestamp";

  /** The role in the database of nobody in particular, which some servers ask for alone. */
  public static final String ANONYMOUS = "anon";

  private static final Set<String> AUDIENCES =
      Set.of(Caller.SUPABASE, Caller.SUPABASE_BEFORE_FACTOR);

  private final TokensConfiguration configuration;
  private final SigningKeys keys;
  private final Clock clock;

  public SupabaseTokens(TokensConfiguration configuration, SigningKeys keys, Clock clock) {
    this.configuration = configuration;
    this.keys = keys;
    this.clock = clock;
  }

  /**
   * The user and session of a token.
   *
   * @param amr how its user has proven who they are
   * @param aal the authenticator assurance level of the session
   * @param authenticatedAt when they last did so
   * @param awaitsFactor whether they still have to use the second factor of their account
   */
  public record Subject(
      UUID accountId,
      UUID sessionId,
      String email,
      Map<String, Object> appMetadata,
      Map<String, Object> userMetadata,
      Amr amr,
      int aal,
      Instant authenticatedAt,
      boolean awaitsFactor) {
    private List<Map<String, Object>> methods() {
      return amr.timed().entrySet().stream()
          .map(method -> Map.<String, Object>of("method", method.getKey(), TIME, method.getValue()))
          .toList();
    }

    @Override
    public String toString() {
      return "Subject[" + sessionId + "]";
    }
  }

  /**
   * @throws dev.warmgate.problem.ApiException 503 if there is no signing key yet
   */
  // Clients expect the audience as a string, for which the library has no other method.
  @SuppressWarnings("deprecation")
  public TokenIssuer.Issued issue(Subject subject) {
    SigningKey key = keys.current();
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    Instant expiresAt = now.plus(configuration.accessLifetime().toJavaDuration());
    Instant authenticatedAt = subject.authenticatedAt().truncatedTo(ChronoUnit.SECONDS);
    String audience = subject.awaitsFactor() ? Caller.SUPABASE_BEFORE_FACTOR : Caller.SUPABASE;
    String token =
        Jwts.builder()
            .provider(Es256.provider())
            .header()
            .type(TYPE)
            .keyId(key.id())
            .and()
            .issuer(issuer(configuration))
            .audience()
            .single(audience)
            .subject(subject.accountId().toString())
            .issuedAt(Date.from(now))
            .expiration(Date.from(expiresAt))
            .id(UUID.randomUUID().toString())
            .claim("role", subject.awaitsFactor() ? ANONYMOUS : Caller.SUPABASE)
            .claim(AAL, subject.aal() > 1 ? Assurance.AAL2 : Assurance.AAL1)
            .claim(SESSION, subject.sessionId().toString())
            .claim(TokenVerifier.EMAIL, subject.email())
            .claim("phone", "")
            .claim("app_metadata", subject.appMetadata())
            .claim("user_metadata", subject.userMetadata())
            .claim(METHODS, subject.methods())
            .claim("is_anonymous", false)
            .signWith(key.privateKey(), Jwts.SIG.ES256)
            .compact();
    return new TokenIssuer.Issued(
        token,
        caller(
            subject.accountId(),
            subject.sessionId(),
            subject.email(),
            expiresAt,
            authenticatedAt,
            subject.aal(),
            audience),
        key.id());
  }

  /** Returns where clients find the keys, by the path that they add. */
  static String issuer(TokensConfiguration configuration) {
    return configuration.issuer() + "/auth/v1";
  }

  /** Returns the lifetime of a new token in seconds. */
  public long lifetimeSeconds() {
    return configuration.accessLifetime().toSeconds();
  }

  /**
   * Returns the caller with the claims of such a token.
   *
   * @throws RuntimeException if a claim is missing or has another type
   */
  static Caller caller(Claims claims) {
    long last = 0;
    for (Object method : claims.get(METHODS, List.class)) {
      last = Math.max(last, ((Number) ((Map<?, ?>) method).get(TIME)).longValue());
    }
    return caller(
        UUID.fromString(claims.getSubject()),
        UUID.fromString(claims.get(SESSION, String.class)),
        claims.get(TokenVerifier.EMAIL, String.class),
        claims.getExpiration().toInstant(),
        Instant.ofEpochSecond(last),
        TokenVerifier.aal(claims, AAL),
        audience(claims));
  }

  private static String audience(Claims claims) {
    if (claims.getAudience().size() != 1 || !AUDIENCES.containsAll(claims.getAudience())) {
      throw new UnsupportedJwtException("the audience is unknown");
    }
    return claims.getAudience().iterator().next();
  }

  /** These tokens carry no role of ours, and nothing asks them whether the address is proven. */
  private static Caller caller(
      UUID accountId,
      UUID sessionId,
      String email,
      Instant expiresAt,
      Instant authenticatedAt,
      int aal,
      String audience) {
    return new Caller(
        accountId, sessionId, email, false, Set.of(), expiresAt, audience, authenticatedAt, aal);
  }
}
