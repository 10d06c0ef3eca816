package dev.warmgate.token;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.request.Assurance;
import dev.warmgate.request.Caller;
import dev.warmgate.signingkey.Es256;
import dev.warmgate.signingkey.SigningKeys;
import io.jsonwebtoken.Claims;
import io.jsonwebtoken.ExpiredJwtException;
import io.jsonwebtoken.Header;
import io.jsonwebtoken.Jws;
import io.jsonwebtoken.JwsHeader;
import io.jsonwebtoken.JwtException;
import io.jsonwebtoken.JwtParser;
import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.UnsupportedJwtException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.Key;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.Date;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Validates an access token by itself: ES256 only, a known key, type, issuer, times, and exactly
 * one known audience (RFC 8725, RFC 9068 section 4); one of {@link SupabaseTokens} has a type and
 * an audience of its own. It does not check whether the session is still active.
 */
public final class TokenVerifier {
  static final String TYPE = "at+jwt";
  static final String CLIENT_ID = "client_id";
  static final String SESSION = "sid";
  static final String EMAIL = "email";

  /** OpenID Connect Core, section 5.1. */
  static final String EMAIL_VERIFIED = "email_verified";

  /** RFC 9068 section 2.2.1. */
  static final String AUTH_TIME = "auth_time";

  /** RFC 9470 section 4; a token from before it is of level 1. */
  static final String ACR = "acr";

  /** RFC 8176. */
  static final String AMR = "amr";

  /** RFC 9068 section 2.2.3.1. */
  static final String ROLES = "roles";

  /** Longer than any token that Warmgate issues; longer texts are not parsed. */
  private static final int MAX_LENGTH = 6144;

  private static final ObjectReader CLAIMS =
      new ObjectMapper().readerFor(new TypeReference<Map<String, Object>>() {});

  /** The content of a token, and the key that signed it. */
  record Signed(Caller caller, String keyId) {}

  /** The tolerated clock difference between replicas. */
  private static final Duration SKEW = Duration.ofMinutes(1);

  private final TokensConfiguration configuration;
  private final SigningKeys keys;
  private final Clock clock;
  private volatile @Nullable JwtParser parser;

  public TokenVerifier(TokensConfiguration configuration, SigningKeys keys, Clock clock) {
    this.configuration = configuration;
    this.keys = keys;
    this.clock = clock;
  }

  /** Made when it is first needed, in the warm-up, since that loads native code. */
  private JwtParser parser() {
    JwtParser made = parser;
    if (made == null) {
      made =
          Jwts.parser()
              .provider(Es256.provider())
              .sig()
              .clear()
              .add(Jwts.SIG.ES256)
              .and()
              .keyLocator(this::locate)
              .clock(() -> Date.from(clock.instant()))
              .build();
      parser = made;
    }
    return made;
  }

  /**
   * @throws ApiException 401 if the token is not valid or has expired
   */
  Signed verify(String token) {
    requirePlausible(token);
    try {
      requireCanonical(token);
      Jws<Claims> jws = parser().parseSignedClaims(token);
      Claims claims = jws.getPayload();
      requirePlausibleTimes(claims);
      if (SupabaseTokens.TYPE.equals(jws.getHeader().getType())) {
        requireIssuer(claims, SupabaseTokens.issuer(configuration));
        return new Signed(SupabaseTokens.caller(claims), jws.getHeader().getKeyId());
      }
      requireIssuer(claims, configuration.issuer());
      return new Signed(
          new Caller(
              UUID.fromString(claims.getSubject()),
              UUID.fromString(claims.get(SESSION, String.class)),
              Objects.requireNonNull(claims.get(EMAIL, String.class)),
              Boolean.TRUE.equals(claims.get(EMAIL_VERIFIED, Boolean.class)),
              roles(claims),
              claims.getExpiration().toInstant(),
              resource(claims),
              Instant.ofEpochSecond(claims.get(AUTH_TIME, Number.class).longValue()),
              aal(claims, ACR)),
          jws.getHeader().getKeyId());
    } catch (ExpiredJwtException expired) {
      throw new ApiException(ProblemType.EXPIRED_TOKEN);
    } catch (JwtException
        | IllegalArgumentException
        | NullPointerException
        | ClassCastException
        | NoSuchElementException
        | DateTimeException invalid) {
      // The parser throws a ClassCastException for headers of a wrong type.
      throw new ApiException(ProblemType.INVALID_TOKEN);
    }
  }

  /** Returns the claims of a verified token. */
  static Map<String, Object> claims(String verified) {
    byte[] payload = Base64.getUrlDecoder().decode(verified.split("\\.", -1)[1]);
    try {
      return CLAIMS.readValue(payload);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /** Refuses a token that is too long, before any work is done for it. */
  static void requirePlausible(String token) {
    if (token.length() > MAX_LENGTH) {
      throw new ApiException(ProblemType.INVALID_TOKEN);
    }
  }

  /**
   * Requires the canonical encoding of the signature; otherwise a token could be turned into a
   * second, equally valid text. The signature protects the rest of the text.
   */
  private static void requireCanonical(String token) {
    String signature = token.substring(token.lastIndexOf('.') + 1);
    byte[] bytes = Base64.getUrlDecoder().decode(signature);
    if (!Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(signature)) {
      throw new UnsupportedJwtException("the signature is not canonically encoded");
    }
  }

  /**
   * The parser checks {@code exp} and {@code nbf}; this also checks {@code iat} and the lifetime.
   */
  private void requirePlausibleTimes(Claims claims) {
    Instant issued = claims.getIssuedAt().toInstant();
    Instant longest = issued.plus(Duration.ofHours(TokensConfiguration.LONGEST_HOURS));
    if (issued.isAfter(clock.instant().plus(SKEW))
        || claims.getExpiration().toInstant().isAfter(longest)) {
      throw new UnsupportedJwtException("the token's times are implausible");
    }
  }

  static int aal(Claims claims, String name) {
    return Assurance.AAL2.equals(claims.get(name, String.class)) ? 2 : 1;
  }

  private static Set<String> roles(Claims claims) {
    Collection<?> roles = claims.get(ROLES, Collection.class);
    return roles.stream().map(String.class::cast).collect(Collectors.toUnmodifiableSet());
  }

  /** Returns the other API that the token is for, or {@code null} if it is for this one. */
  private @Nullable String resource(Claims claims) {
    Set<String> audience = claims.getAudience();
    if (audience.size() != 1) {
      throw new UnsupportedJwtException("the token must have exactly one audience");
    }
    String one = audience.iterator().next();
    String resource = configuration.resource(one);
    if (resource != null && !configuration.resources().contains(resource)) {
      throw new UnsupportedJwtException("the audience is unknown");
    }
    return resource;
  }

  private static void requireIssuer(Claims claims, String issuer) {
    if (!issuer.equals(claims.getIssuer())) {
      throw new UnsupportedJwtException("the issuer is unknown");
    }
  }

  private Key locate(Header header) {
    if (!(header instanceof JwsHeader jws)
        || !(TYPE.equals(header.getType()) || SupabaseTokens.TYPE.equals(header.getType()))) {
      throw new UnsupportedJwtException("the token is not an access token");
    }
    return keys.find(String.valueOf(jws.getKeyId()))
        .orElseThrow(() -> new UnsupportedJwtException("the key is unknown"))
        .publicKey();
  }
}
