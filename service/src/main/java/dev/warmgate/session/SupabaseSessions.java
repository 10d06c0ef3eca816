package dev.warmgate.session;

import dev.warmgate.problem.ApiException;
import dev.warmgate.request.Caller;
import dev.warmgate.secret.SecretKeys;
import dev.warmgate.token.TokenIssuer;
import dev.warmgate.token.VerifiedTokens;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Begins and continues sessions of the Supabase form, which {@link SessionService} and the mail
 * features open as any other; their access tokens have another form.
 */
public final class SupabaseSessions {
  private final TokenPairs pairs;
  private final Rotations rotations;
  private final RefreshTokens refreshTokens;
  private final VerifiedTokens verified;
  private final SessionCap cap;
  private final RefreshConfiguration configuration;

  SupabaseSessions(
      TokenPairs pairs,
      Rotations rotations,
      SecretKeys refreshKeys,
      VerifiedTokens verified,
      SessionCap cap,
      RefreshConfiguration configuration) {
    this.pairs = pairs;
    this.rotations = rotations;
    this.refreshTokens = new RefreshTokens(refreshKeys);
    this.verified = verified;
    this.cap = cap;
    this.configuration = configuration;
  }

  /**
   * Begins a session that another feature opens.
   *
   * @param method how its user proves who they are, as its tokens tell
   */
  public NewSession begin(String method, @Nullable String userAgent) {
    return pairs.begin(Caller.SUPABASE, userAgent, method);
  }

  /** Returns a session that was opened. */
  public SupabaseSession opened(NewSession session, UUID accountId) {
    cap.opened(accountId);
    return new SupabaseSession(session.opening().id(), refreshTokens.write(session.token()));
  }

  /** Makes the first access token of a session known before its use. */
  public void know(TokenIssuer.Issued issued) {
    verified.add(issued, configuration.absolute().toJavaDuration());
  }

  /**
   * Continues the caller's session with another refresh token, after they have proven again who
   * they are.
   *
   * @throws ApiException 401 if it has ended
   */
  public SupabaseSession continued(Caller caller, @Nullable String userAgent) {
    return new SupabaseSession(
        caller.sessionId(), refreshTokens.write(rotations.advance(caller.sessionId(), userAgent)));
  }

  /** A session that was refreshed, and its user. */
  public record Refreshed<U>(SupabaseSession session, U user) {}

  /**
   * Exchanges a refresh token; see {@link Rotations}.
   *
   * @param rotate runs {@link RotationDao#ROTATED} and reads the user
   * @param find reads the user of an account and a session
   * @throws ApiException as {@link SessionService#refresh}
   */
  public <U> Refreshed<U> refresh(
      String text,
      @Nullable String userAgent,
      Function<RotationDao.Rotation, Optional<U>> rotate,
      BiFunction<UUID, UUID, U> find) {
    Rotations.Exchanged<U> exchanged = rotations.exchangeSupabase(text, userAgent, rotate, find);
    return new Refreshed<>(
        new SupabaseSession(exchanged.token().sessionId(), refreshTokens.write(exchanged.token())),
        exchanged.subject());
  }
}
