package dev.warmgate.session;

import dev.warmgate.audit.Audit;
import dev.warmgate.audit.AuditEvent;
import dev.warmgate.audit.AuditRecord;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.ratelimit.ClientAddress;
import dev.warmgate.ratelimit.RateLimits;
import dev.warmgate.request.DecoyRules;
import dev.warmgate.request.Limit;
import dev.warmgate.request.RequestContext;
import dev.warmgate.revocation.RevocationFeed;
import dev.warmgate.secret.SecretKeys;
import dev.warmgate.telemetry.Telemetry;
import dev.warmgate.token.TokenIssuer;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Exchanges refresh tokens (RFC 9700 section 4.14), and returns none unless the rotation was
 * stored. The previous token gets the current pair, because the response may have been lost; an
 * older token counts as stolen and ends the session, but for clients that race one another.
 */
public final class Rotations {
  private static final Logger log = LoggerFactory.getLogger(Rotations.class);

  /** How long after a rotation an older token of a racing client is no sign of theft. */
  private static final double RACE_SECONDS = 10;

  /** How many rotations such a client may have missed. */
  private static final long MOST_BEHIND = 8;

  private final RotationDao rotations;
  private final UnrotatedDao unrotated;
  private final RefreshTokens refreshTokens;
  private final RefreshConfiguration configuration;
  private final RateLimits limits;
  private final RevocationFeed revocations;
  private final Audit audit;
  private final LongCounter attempts;

  public Rotations(
      RotationDao rotations,
      UnrotatedDao unrotated,
      SecretKeys refreshKeys,
      RefreshConfiguration configuration,
      RateLimits limits,
      RevocationFeed revocations,
      Audit audit,
      OpenTelemetry telemetry) {
    this.rotations = rotations;
    this.unrotated = unrotated;
    this.refreshTokens = new RefreshTokens(refreshKeys);
    this.configuration = configuration;
    this.limits = limits;
    this.revocations = revocations;
    this.audit = audit;
    this.attempts =
        telemetry.getMeter(Telemetry.SCOPE).counterBuilder(Telemetry.REFRESH_ATTEMPTS).build();
    for (String outcome : List.of("rotated", "graced", "suspected", "reused", "refused")) {
      // Creates the series at zero, so that the first attempt shows up as an increase.
      attempts.add(0, Attributes.of(Telemetry.OUTCOME, outcome));
    }
  }

  /**
   * A form of the API, whose rotation returns all that its answer needs: so a refresh is one
   * statement.
   *
   * @param again reads the same of a session whose current token is issued once more
   */
  private record Form<S>(
      boolean isSupabase,
      Function<RotationDao.Rotation, Optional<S>> rotate,
      BiFunction<UUID, UnrotatedDao.Unrotated, S> again) {}

  /** The current token of a session and its subject. */
  record Exchanged<S>(RefreshToken token, S subject) {}

  /**
   * Exchanges a token for its successor.
   *
   * @throws ApiException 401 if the token is invalid or its session has ended, 429 after too many
   *     forged tokens from this address, 503 if this session is refreshed too often
   */
  Exchanged<TokenIssuer.Subject> exchange(String text, @Nullable String userAgent) {
    return exchange(
        text,
        userAgent,
        new Form<>(false, rotations::rotate, (id, session) -> session.subject(id)));
  }

  /**
   * Exchanges a token of the Supabase form, as {@link #exchange}; also an older token gets the
   * current one shortly after a rotation, since its clients race one another.
   *
   * @param rotate runs {@link RotationDao#ROTATED} and reads the user
   * @param find reads the user of an account and a session
   */
  <U> Exchanged<U> exchangeSupabase(
      String text,
      @Nullable String userAgent,
      Function<RotationDao.Rotation, Optional<U>> rotate,
      BiFunction<UUID, UUID, U> find) {
    return exchange(
        text,
        userAgent,
        new Form<>(true, rotate, (id, session) -> find.apply(session.accountId(), id)));
  }

  private <S> Exchanged<S> exchange(String text, @Nullable String userAgent, Form<S> form) {
    RefreshToken token = refreshTokens.read(text).orElseThrow(this::forged);
    limits.take(Limit.REFRESH, token.sessionId().toString());
    RequestContext.current().markCounted();
    RefreshToken next = refreshTokens.successor(token);
    RotationDao.Place place = place(token, userAgent);
    Optional<S> subject =
        form.rotate()
            .apply(
                new RotationDao.Rotation(
                    token.sessionId(),
                    token.counter(),
                    RefreshTokens.hash(token),
                    RefreshTokens.hash(next),
                    place.network(),
                    place.agent(),
                    configuration.idle().toSeconds(),
                    form.isSupabase()));
    if (subject.isPresent()) {
      count("rotated");
      return new Exchanged<>(next, subject.get());
    }
    return retry(token, userAgent, form);
  }

  private RotationDao.Place place(RefreshToken token, @Nullable String userAgent) {
    String address = Objects.requireNonNull(RequestContext.current().clientAddress());
    return refreshTokens.place(
        token, ClientAddress.network(address), Objects.requireNonNullElse(userAgent, ""));
  }

  /**
   * Counts forged tokens per client address, since they have no session; valid tokens from that
   * address are not affected.
   */
  private ApiException forged() {
    limits.count(RequestContext.current(), Limit.REFRESH_FORGED);
    return refused(ProblemType.INVALID_REFRESH_TOKEN);
  }

  private <S> Exchanged<S> retry(RefreshToken token, @Nullable String userAgent, Form<S> form) {
    UnrotatedDao.Unrotated session =
        unrotated
            .find(token.sessionId(), form.isSupabase())
            .orElseThrow(() -> refused(ProblemType.INVALID_REFRESH_TOKEN));
    if (!session.live()) {
      throw refused(ProblemType.SESSION_ENDED);
    }
    long behind = session.counter() - token.counter();
    if (behind <= 0) {
      // The token is newer than the database, which must have been restored from a backup; this is
      // no sign of theft.
      throw refused(ProblemType.INVALID_REFRESH_TOKEN);
    }
    if (behind <= MOST_BEHIND && configuration.predecessor().allows(session.rotatedSecondsAgo())) {
      RefreshToken previous = refreshTokens.successor(token, behind - 1);
      RefreshToken next = refreshTokens.successor(previous);
      if (RefreshTokens.isHash(session.secretHash(), next)) {
        RotationDao.Place place = place(previous, userAgent);
        boolean elsewhere = place.isAwayFrom(session.rotatedNetwork(), session.rotatedAgent());
        if (behind == 1 && elsewhere) {
          suspect(token, next, place);
          return exchanged(token, next, session, form);
        }
        if (behind == 1 || (form.isSupabase() && !elsewhere && isRace(session))) {
          return graced(token, next, session, form);
        }
      } else if (isRace(session)) {
        Optional<RefreshToken> raised = raised(token, session, userAgent);
        if (raised.isPresent()) {
          return graced(token, raised.get(), session, form);
        }
      }
    }
    audit.record(origin -> unrotated.endReused(token.sessionId(), origin));
    throw reused("a refresh token was reused, so its session has ended");
  }

  private static boolean isRace(UnrotatedDao.Unrotated session) {
    return session.rotatedSecondsAgo() < RACE_SECONDS;
  }

  /**
   * Returns the current token if the last rotation was an {@link #advance} from the same place. A
   * token from before it was good for less, so whoever has stolen one must not get more by waiting.
   */
  private Optional<RefreshToken> raised(
      RefreshToken token, UnrotatedDao.Unrotated session, @Nullable String userAgent) {
    return refreshTokens
        .unchained(token.sessionId(), session.counter(), session.secretHash())
        .filter(next ->
            !place(next, userAgent).isAwayFrom(session.rotatedNetwork(), session.rotatedAgent()));
  }

  /**
   * Rotates a session whose client has proven who they are and has not sent its refresh token, as
   * clients of the Supabase form do with a second factor. The tokens from before count for racing
   * clients at the same place only.
   *
   * @throws ApiException 401 if the session has ended
   */
  RefreshToken advance(UUID sessionId, @Nullable String userAgent) {
    long counter =
        unrotated.counter(sessionId).orElseThrow(() -> new ApiException(ProblemType.SESSION_ENDED));
    RefreshToken next = refreshTokens.unchained(sessionId, counter + 1);
    boolean advanced =
        unrotated.advance(
            sessionId,
            counter,
            RefreshTokens.hash(next),
            place(next, userAgent),
            configuration.idle().toSeconds());
    // A refresh came in between.
    return advanced ? next : advance(sessionId, userAgent);
  }

  private <S> Exchanged<S> graced(
      RefreshToken token, RefreshToken next, UnrotatedDao.Unrotated session, Form<S> form) {
    boolean current =
        audit.recordAs(
            session.accountId(),
            origin -> unrotated.grace(token.sessionId(), session.counter(), origin));
    if (!current) {
      // Rotated or ended by a concurrent request.
      throw refused(ProblemType.INVALID_REFRESH_TOKEN);
    }
    count("graced");
    return exchanged(token, next, session, form);
  }

  private static <S> Exchanged<S> exchanged(
      RefreshToken token, RefreshToken next, UnrotatedDao.Unrotated session, Form<S> form) {
    return new Exchanged<>(next, form.again().apply(token.sessionId(), session));
  }

  private void suspect(RefreshToken token, RefreshToken next, RotationDao.Place place) {
    List<AuditRecord> happened =
        audit.recordAll(
            origin -> unrotated.suspect(token.sessionId(), next.counter(), place, origin));
    if (happened.isEmpty()) {
      throw refused(ProblemType.INVALID_REFRESH_TOKEN);
    }
    if (happened.stream().anyMatch(event -> event.is(AuditEvent.SESSION_ENDED))) {
      throw reused("a session was refreshed from two places in turn, so it has ended");
    }
    count("suspected");
  }

  private ApiException reused(String what) {
    revocations.announce();
    log.warn(what);
    count("reused");
    return new ApiException(ProblemType.REFRESH_TOKEN_REUSED);
  }

  private ApiException refused(ProblemType type) {
    count("refused");
    return new ApiException(type);
  }

  private void count(String outcome) {
    if (DecoyRules.isCounted()) {
      attempts.add(1, Attributes.of(Telemetry.OUTCOME, outcome));
    }
  }
}
