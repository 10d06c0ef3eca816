package dev.warmgate.session;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.warmgate.account.Account;
import dev.warmgate.account.DeviceTokens;
import dev.warmgate.secret.Crypto;
import dev.warmgate.secret.SecretKeys;
import dev.warmgate.token.Amr;
import dev.warmgate.token.TokenIssuer;
import dev.warmgate.token.VerifiedTokens;
import java.time.Clock;
import java.util.Base64;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes what a session is opened with, and the tokens of one that was opened or refreshed. */
final class TokenPairs {
  private static final int MAX_USER_AGENT = 200;
  private static final int MFA_TOKEN_BYTES = 32;

  private final TokenIssuer issuer;
  private final VerifiedTokens verified;
  private final RefreshTokens refreshTokens;
  private final DeviceTokens devices;
  private final RefreshConfiguration configuration;
  private final Clock clock;

  TokenPairs(
      TokenIssuer issuer,
      VerifiedTokens verified,
      SecretKeys refreshKeys,
      DeviceTokens devices,
      RefreshConfiguration configuration,
      Clock clock) {
    this.issuer = issuer;
    this.verified = verified;
    this.refreshTokens = new RefreshTokens(refreshKeys);
    this.devices = devices;
    this.configuration = configuration;
    this.clock = clock;
  }

  DeviceTokens devices() {
    return devices;
  }

  /**
   * Begins a session of a user who proves who they are with a password.
   *
   * @param resource the API that the access token is for; this one by default
   * @throws dev.warmgate.problem.ApiException 400 if no tokens are issued for that resource
   */
  NewSession begin(@Nullable String resource, @Nullable String userAgent) {
    return begin(issuer.audience(resource), userAgent, null);
  }

  /**
   * @param audience of its first access token
   * @param supabaseMethod how it is opened, in the Supabase form
   */
  NewSession begin(String audience, @Nullable String userAgent, @Nullable String supabaseMethod) {
    RefreshToken token = refreshTokens.first(UUID.randomUUID());
    String truncated =
        userAgent == null || userAgent.length() <= MAX_USER_AGENT
            ? userAgent
            : userAgent.substring(0, MAX_USER_AGENT);
    String mfaToken =
        Base64.getUrlEncoder().withoutPadding().encodeToString(Crypto.random(MFA_TOKEN_BYTES));
    String method = Objects.requireNonNullElse(supabaseMethod, Amr.PASSWORD);
    return new NewSession(
        token,
        new LoginDao.Opening(
            true,
            token.sessionId(),
            RefreshTokens.hash(token),
            truncated,
            supabaseMethod,
            configuration.idle().toSeconds(),
            configuration.absolute().toSeconds(),
            1,
            Amr.of(method, clock.instant()).text(),
            null,
            null,
            UUID.randomUUID(),
            hash(mfaToken),
            audience),
        mfaToken);
  }

  /** Returns what is stored of an mfa_token. */
  static byte[] hash(String mfaToken) {
    return Crypto.sha256(mfaToken.getBytes(US_ASCII));
  }

  /**
   * Returns the tokens of a session that was opened, and makes the access token known before its
   * use.
   *
   * @param passwordVersion the current version of the password
   */
  TokenPair opened(NewSession session, Account account, int passwordVersion) {
    return opened(
        session,
        account.id(),
        account.email(),
        account.emailKey(),
        account.emailVerified(),
        account.role(),
        passwordVersion);
  }

  TokenPair opened(
      NewSession session,
      UUID accountId,
      String email,
      String emailKey,
      boolean emailVerified,
      String role,
      int passwordVersion) {
    LoginDao.Opening opening = session.opening();
    TokenIssuer.Subject subject =
        new TokenIssuer.Subject(
            accountId,
            opening.id(),
            email,
            emailVerified,
            role,
            Objects.requireNonNullElse(opening.authenticatedAt(), clock.instant()),
            opening.aal(),
            opening.methods());
    TokenIssuer.Issued issued = issuer.issue(subject, opening.audience());
    verified.add(issued, configuration.absolute().toJavaDuration());
    return pair(
        session.token(),
        issued,
        devices.issue(emailKey, accountId, passwordVersion, opening.aal() > 1, opening.deviceId()));
  }

  /** Returns the tokens of a session that was refreshed. */
  TokenPair refreshed(Rotations.Exchanged<TokenIssuer.Subject> exchanged, String audience) {
    return pair(exchanged.token(), issuer.issue(exchanged.subject(), audience), null);
  }

  /** Returns another access token of a session, for this API. */
  AccessToken accessToken(TokenIssuer.Subject subject) {
    TokenIssuer.Issued issued = issuer.issue(subject, issuer.audience(null));
    return new AccessToken(issued.token(), "Bearer", issuer.lifetimeSeconds());
  }

  String audience(@Nullable String resource) {
    return issuer.audience(resource);
  }

  private TokenPair pair(RefreshToken token, TokenIssuer.Issued issued, @Nullable String device) {
    return new TokenPair(
        issued.token(),
        "Bearer",
        issuer.lifetimeSeconds(),
        refreshTokens.write(token),
        token.sessionId(),
        device);
  }
}
