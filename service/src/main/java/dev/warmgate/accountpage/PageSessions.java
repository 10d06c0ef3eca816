package dev.warmgate.accountpage;

import dev.warmgate.account.Account;
import dev.warmgate.account.AccountService;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.request.Caller;
import dev.warmgate.request.PageAuthentication;
import dev.warmgate.request.TokenVerification;
import dev.warmgate.session.AccessToken;
import dev.warmgate.session.RefreshGrants;
import dev.warmgate.session.SessionService;
import dev.warmgate.session.TokenPair;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.NewCookie;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * Keeps an ordinary session in a cookie: its access token and its refresh token. When the access
 * token has expired, the session is refreshed as any other, and the answer replaces the cookie.
 */
final class PageSessions implements PageAuthentication, ContainerResponseFilter {
  private static final String SEPARATOR = "~";
  private static final String RENEWED = PageSessions.class.getName();

  private final PageCookies cookies;
  private final TokenVerification tokens;
  private final SessionService sessions;
  private final RefreshGrants grants;
  private final AccountService accounts;
  private final Duration deviceLifetime;

  /**
   * @param deviceLifetime of device tokens
   */
  PageSessions(
      PageCookies cookies,
      TokenVerification tokens,
      SessionService sessions,
      RefreshGrants grants,
      AccountService accounts,
      Duration deviceLifetime) {
    this.cookies = cookies;
    this.tokens = tokens;
    this.sessions = sessions;
    this.grants = grants;
    this.accounts = accounts;
    this.deviceLifetime = deviceLifetime;
  }

  @Override
  public Caller authenticate(ContainerRequestContext request) {
    String[] pair = find(request).orElseThrow(() -> new ApiException(ProblemType.MISSING_TOKEN));
    try {
      return verify(pair[0]);
    } catch (ApiException refused) {
      return switch (refused.type()) {
        // Also one whose key is not known any more.
        case EXPIRED_TOKEN, INVALID_TOKEN -> renew(request, pair[1]);
        default -> throw refused;
      };
    }
  }

  private Caller renew(ContainerRequestContext request, String refreshToken) {
    TokenPair next =
        sessions.refresh(refreshToken, null, request.getHeaderString(HttpHeaders.USER_AGENT));
    request.setProperty(RENEWED, cookie(next));
    return verify(next.accessToken());
  }

  private Caller verify(String accessToken) {
    Caller caller = tokens.verify(accessToken);
    caller.requireForThisApi();
    return caller;
  }

  /** Returns the caller, if anybody is signed in. */
  Optional<Caller> visitor(ContainerRequestContext request) {
    try {
      return Optional.of(authenticate(request));
    } catch (ApiException refused) {
      if (refused.type().status() == 401) {
        return Optional.empty();
      }
      throw refused;
    }
  }

  NewCookie cookie(TokenPair pair) {
    return cookies.create(
        PageCookies.Kind.SESSION, pair.accessToken() + SEPARATOR + pair.refreshToken());
  }

  /**
   * Returns the cookie of the same session with another access token.
   *
   * @throws ApiException 401 if there is no session
   */
  NewCookie cookie(ContainerRequestContext request, AccessToken raised) {
    // Of a session that was renewed during this request, the cookie that it came with is old.
    Object renewed = request.getProperty(RENEWED);
    String present =
        renewed instanceof NewCookie cookie
            ? cookie.getValue()
            : cookies
                .find(request.getHeaders().get(HttpHeaders.COOKIE), PageCookies.Kind.SESSION)
                .orElseThrow(() -> new ApiException(ProblemType.MISSING_TOKEN));
    String refreshToken = present.substring(present.indexOf(SEPARATOR) + 1);
    return cookies.create(
        PageCookies.Kind.SESSION, raised.accessToken() + SEPARATOR + refreshToken);
  }

  /** Whether the account of the caller has a second factor. */
  boolean hasFactor(Caller caller) {
    return accounts.find(caller.accountId()).filter(Account::secondFactor).isPresent();
  }

  /** Returns the cookie with the device token, which outlives the session. */
  Optional<NewCookie> deviceCookie(TokenPair pair) {
    return Optional.ofNullable(pair.deviceToken())
        .map(token -> cookies.create(PageCookies.Kind.DEVICE, token, deviceLifetime));
  }

  /** Returns the language of the account, if it is one of the pages'. */
  Optional<String> language(TokenPair pair) {
    return accounts
        .locale(verify(pair.accessToken()).accountId())
        .map(tag -> Locale.forLanguageTag(tag).getLanguage())
        .filter(Texts.LANGUAGES::contains);
  }

  /** Ends the session that this browser had, before it gets another one. */
  void endPrevious(ContainerRequestContext request) {
    find(request)
        .flatMap(pair -> grants.find(pair[1]))
        .ifPresent(grant -> grants.revoke(grant.sessionId(), false));
  }

  private Optional<String[]> find(ContainerRequestContext request) {
    return cookies
        .find(request.getHeaders().get(HttpHeaders.COOKIE), PageCookies.Kind.SESSION)
        .map(value -> value.split(SEPARATOR, -1))
        .filter(pair -> pair.length == 2);
  }

  /** Adds the cookie of a renewed session, unless the endpoint has set another one. */
  @Override
  public void filter(ContainerRequestContext request, ContainerResponseContext response) {
    if (request.getProperty(RENEWED) instanceof NewCookie renewed
        && !response.getCookies().containsKey(renewed.getName())) {
      response.getHeaders().add(HttpHeaders.SET_COOKIE, renewed);
    }
  }
}
