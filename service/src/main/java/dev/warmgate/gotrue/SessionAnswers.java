package dev.warmgate.gotrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.request.Caller;
import dev.warmgate.session.NewSession;
import dev.warmgate.session.SupabaseSession;
import dev.warmgate.session.SupabaseSessions;
import dev.warmgate.token.Amr;
import dev.warmgate.token.SupabaseTokens;
import dev.warmgate.token.TokenIssuer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Issues the tokens of a session and answers with them and its user, whom it reads once. */
final class SessionAnswers {
  /** Larger metadata would make tokens too long for a header. */
  private static final int MOST_METADATA_BYTES = 1024;

  private static final Map<String, Object> PROVIDERS =
      Map.of("provider", "email", "providers", List.of("email"));

  private static final ObjectMapper JSON = new ObjectMapper();

  private final SupabaseSessions sessions;
  private final SupabaseTokens tokens;
  private final UserDao users;
  private final Clock clock;

  SessionAnswers(SupabaseSessions sessions, SupabaseTokens tokens, UserDao users, Clock clock) {
    this.sessions = sessions;
    this.tokens = tokens;
    this.users = users;
    this.clock = clock;
  }

  /**
   * Begins a session.
   *
   * @param method how its user proves who they are
   */
  NewSession begin(String method, @Nullable String userAgent) {
    return sessions.begin(method, userAgent);
  }

  /** Answers with a session that was opened. */
  SessionAnswer opened(NewSession session, UUID accountId) {
    SupabaseSession opened = sessions.opened(session, accountId);
    UserDao.Row user = read(accountId, opened.sessionId());
    TokenIssuer.Issued issued = issue(user, opened);
    sessions.know(issued);
    return answer(user, opened, issued);
  }

  /**
   * Exchanges a refresh token.
   *
   * @throws ApiException as {@link SupabaseSessions#refresh}
   */
  SessionAnswer refreshed(String refreshToken, @Nullable String userAgent) {
    SupabaseSessions.Refreshed<UserDao.Row> refreshed =
        sessions.refresh(refreshToken, userAgent, users::rotate, this::read);
    UserDao.Row user = refreshed.user();
    SupabaseSession session = refreshed.session();
    return answer(user, session, issue(user, session));
  }

  /**
   * Answers with the caller's session, which they have raised, and another refresh token. This
   * access token alone says when that was; refreshed ones have the time of the sign-in.
   *
   * @param method the second factor that they have just used
   * @throws ApiException 401 if it has ended
   */
  SessionAnswer proven(Caller caller, @Nullable String userAgent, String method) {
    SupabaseSession session = sessions.continued(caller, userAgent);
    UserDao.Row user = read(caller.accountId(), session.sessionId());
    Instant now = clock.instant();
    return answer(user, session, issue(user, session, amr(user).and(method, now), now));
  }

  private UserDao.Row read(UUID accountId, UUID sessionId) {
    return users
        .find(accountId, sessionId)
        .orElseThrow(() -> new ApiException(ProblemType.SESSION_ENDED));
  }

  private TokenIssuer.Issued issue(UserDao.Row user, SupabaseSession session) {
    Instant authenticatedAt = Objects.requireNonNullElse(user.authenticatedAt(), user.createdAt());
    return issue(user, session, amr(user), authenticatedAt);
  }

  private TokenIssuer.Issued issue(
      UserDao.Row user, SupabaseSession session, Amr amr, Instant authenticatedAt) {
    return tokens.issue(
        new SupabaseTokens.Subject(
            user.id(),
            session.sessionId(),
            user.email(),
            user.appMetadata().equals(UserDao.NO_APP_METADATA)
                ? PROVIDERS
                : claim(user.appMetadata(), PROVIDERS),
            claim(user.userMetadata(), Map.of()),
            amr,
            user.aal(),
            authenticatedAt,
            user.awaitsFactor()));
  }

  private static Amr amr(UserDao.Row user) {
    return user.methods() == null
        ? Amr.of(
            Objects.requireNonNullElse(user.method(), Methods.PASSWORD),
            Objects.requireNonNullElse(user.openedAt(), user.createdAt()))
        : new Amr(user.methods());
  }

  /** Each is left out by itself, so that a user cannot hide what the operator says of them. */
  private static Map<String, Object> claim(String metadata, Map<String, Object> otherwise) {
    if (metadata.equals("{}") || isTooLarge(metadata)) {
      return otherwise;
    }
    try {
      return JSON.readValue(metadata, new TypeReference<Map<String, Object>>() {});
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static boolean isTooLarge(String metadata) {
    return metadata.length() > MOST_METADATA_BYTES
        || metadata.getBytes(StandardCharsets.UTF_8).length > MOST_METADATA_BYTES;
  }

  private SessionAnswer answer(
      UserDao.Row user, SupabaseSession session, TokenIssuer.Issued issued) {
    return new SessionAnswer(
        issued.token(),
        "bearer",
        tokens.lifetimeSeconds(),
        issued.caller().tokenExpiresAt().getEpochSecond(),
        session.refreshToken(),
        User.of(user));
  }
}
