package dev.warmgate.token;

import dev.warmgate.request.Assurance;
import dev.warmgate.request.Caller;
import dev.warmgate.signingkey.Es256;
import dev.warmgate.signingkey.SigningKey;
import dev.warmgate.signingkey.SigningKeys;
import io.jsonwebtoken.Jwts;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Issues access tokens: JWTs of RFC 9068, signed with ES256 and valid for the configured lifetime.
 */
public final class TokenIssuer {
  private final TokensConfiguration configuration;
  private final SigningKeys keys;
  private final Clock clock;

  public TokenIssuer(TokensConfiguration configuration, SigningKeys keys, Clock clock) {
    this.configuration = configuration;
    this.keys = keys;
    this.clock = clock;
  }

  /**
   * The user and session of a token.
   *
   * @param emailVerified whether the user has proven the address
   * @param authenticatedAt when the user last proved who they are
   * @param aal the authenticator assurance level of the session
   * @param methods the text of an {@link Amr}; {@code null} of a session from before there were any
   */
  public record Subject(
      UUID accountId,
      UUID sessionId,
      String email,
      boolean emailVerified,
      String role,
      Instant authenticatedAt,
      int aal,
      @Nullable String methods) {
    /** Returns the same, whose user has just proven who they are in one more way. */
    public Subject provenBy(String method, Instant at) {
      String all = presentMethods().and(method, at).text();
      return new Subject(accountId, sessionId, email, emailVerified, role, at, aal, all);
    }

    private List<String> amr() {
      return presentMethods().claim(aal);
    }

    private Amr presentMethods() {
      return methods == null ? Amr.of(Amr.PASSWORD, authenticatedAt) : new Amr(methods);
    }

    @Override
    public String toString() {
      return "Subject[" + sessionId + "]";
    }
  }

  /**
   * A token that was just issued.
   *
   * @param caller what verifying it would return
   */
  public record Issued(String token, Caller caller, String keyId) {
    @Override
    public String toString() {
      return "Issued[" + caller.sessionId() + "]";
    }
  }

  /**
   * Issues an access token for an existing session.
   *
   * @param audience as returned by {@link TokensConfiguration#audience}
   * @throws dev.warmgate.problem.ApiException 503 if there is no signing key yet
   */
  public Issued issue(Subject subject, String audience) {
    SigningKey key = keys.current();
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    Instant expiresAt = now.plus(configuration.accessLifetime().toJavaDuration());
    Instant authenticatedAt = subject.authenticatedAt().truncatedTo(ChronoUnit.SECONDS);
    String token =
        Jwts.builder()
            .provider(Es256.provider())
            .header()
            .type(TokenVerifier.TYPE)
            .keyId(key.id())
            .and()
            .issuer(configuration.issuer())
            .audience()
            .add(audience)
            .and()
            .subject(subject.accountId().toString())
            .issuedAt(Date.from(now))
            .expiration(Date.from(expiresAt))
            .id(UUID.randomUUID().toString())
            .claim(TokenVerifier.CLIENT_ID, configuration.clientId())
            .claim(TokenVerifier.SESSION, subject.sessionId().toString())
            .claim(TokenVerifier.EMAIL, subject.email())
            .claim(TokenVerifier.EMAIL_VERIFIED, subject.emailVerified())
            .claim(TokenVerifier.ROLES, List.of(subject.role()))
            .claim(TokenVerifier.AUTH_TIME, authenticatedAt.getEpochSecond())
            .claim(TokenVerifier.ACR, subject.aal() > 1 ? Assurance.AAL2 : Assurance.AAL1)
            .claim(TokenVerifier.AMR, subject.amr())
            .signWith(key.privateKey(), Jwts.SIG.ES256)
            .compact();
    Caller caller =
        new Caller(
            subject.accountId(),
            subject.sessionId(),
            subject.email(),
            subject.emailVerified(),
            Set.of(subject.role()),
            expiresAt,
            configuration.resource(audience),
            authenticatedAt,
            subject.aal());
    return new Issued(token, caller, key.id());
  }

  /**
   * Returns the audience of a token; see {@link TokensConfiguration#audience}.
   *
   * @throws dev.warmgate.problem.ApiException 400 if no tokens are issued for that resource
   */
  public String audience(@Nullable String resource) {
    return configuration.audience(resource);
  }

  /** Returns the lifetime of a new token in seconds. */
  public long lifetimeSeconds() {
    return configuration.accessLifetime().toSeconds();
  }
}
