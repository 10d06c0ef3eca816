package dev.warmgate.token;

import static dev.warmgate.token.Attack.invalid;
import static dev.warmgate.token.Forgery.ISSUER;

import io.jsonwebtoken.Jwts;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;

/**
 * Tokens with invalid claims, signed with the service's own key so that only the claims are wrong.
 */
final class ClaimAttacks {
  private ClaimAttacks() {}

  static List<Attack> of(Forgery forgery, String otherSession) {
    return List.of(
        invalid("another audience", forAudience(forgery, "https://evil.example.com")),
        invalid("the audience of earlier releases", forAudience(forgery, "warmgate")),
        invalid("no audience", forAudience(forgery)),
        invalid("an empty audience", forAudience(forgery, "")),
        invalid(
            "an audience that begins like the issuer",
            forAudience(forgery, ISSUER + ".example.com")),
        invalid("the issuer as audience, with a slash", forAudience(forgery, ISSUER + "/")),
        invalid("a second audience", forAudience(forgery, ISSUER, "https://evil.example.com")),
        claims(forgery, "an audience that is a number", "'aud':7"),
        claims(forgery, "an audience that is an object", "'aud':{}"),
        invalid("another issuer", forgery.with(token -> token.issuer("https://evil.example.com"))),
        invalid(
            "an issuer with a slash",
            forgery.with(token -> token.issuer("http://127.0.0.1:8080/"))),
        invalid("no issuer", forgery.with(token -> token.issuer(null))),
        new Attack("expired", forgery.with(token -> token.expiration(in(-2))), "expired_token"),
        new Attack(
            "expired long ago",
            forgery.with(token -> token.issuedAt(in(-99_999)).expiration(in(-99_000))),
            "expired_token"),
        invalid(
            "expired and signed with a foreign key",
            forgery
                .recipe()
                .expiration(in(-2))
                .signWith(Forgery.foreignKey(), Jwts.SIG.ES256)
                .compact()),
        invalid("not valid yet", forgery.with(token -> token.notBefore(in(60)))),
        invalid("no expiry", forgery.with(token -> token.expiration(null))),
        invalid(
            "a lifetime that is too long",
            forgery.with(token -> token.expiration(in(Duration.ofDays(365).toSeconds())))),
        invalid("issued in the future", forgery.with(token -> token.issuedAt(in(3600)))),
        invalid(
            "issued in the far future",
            forgery.with(
                token -> token.issuedAt(in(9_999_999_999L)).expiration(in(9_999_999_999L)))),
        invalid("no time of issue", forgery.with(token -> token.issuedAt(null))),
        invalid("no session", forgery.with(token -> token.claim("sid", null))),
        invalid(
            "a session that is not an id", forgery.with(token -> token.claim("sid", "garbage"))),
        invalid("a session that is a number", forgery.with(token -> token.claim("sid", 7))),
        invalid(
            "a list of sessions",
            forgery.with(token -> token.claim("sid", List.of(forgery.sessionId().toString())))),
        new Attack(
            "another account's session",
            forgery.with(token -> token.claim("sid", otherSession)),
            "session_ended"),
        new Attack(
            "an unknown session",
            forgery.with(token -> token.claim("sid", "00000000-0000-0000-0000-000000000000")),
            "session_ended"),
        invalid("no subject", forgery.with(token -> token.subject(null))),
        invalid("a subject that is not an id", forgery.with(token -> token.subject("garbage"))),
        invalid(
            "a subject with SQL",
            forgery.with(token -> token.subject(forgery.accountId() + "' OR '1'='1"))),
        invalid("no roles", forgery.with(token -> token.claim("roles", null))),
        invalid("roles that are not a list", forgery.with(token -> token.claim("roles", "admin"))),
        invalid("an address that is a number", forgery.with(token -> token.claim("email", 7))),
        invalid("no address", forgery.with(token -> token.claim("email", null))),
        invalid("roles that are numbers", forgery.with(token -> token.claim("roles", List.of(7)))),
        invalid("no time of login", forgery.with(token -> token.claim("auth_time", null))),
        invalid("a time of login as text", forgery.with(token -> token.claim("auth_time", "now"))),
        invalid(
            "a time of login out of range",
            forgery.with(token -> token.claim("auth_time", Long.MAX_VALUE))),
        twice(forgery, "'sub':'00000000-0000-0000-0000-000000000000'"),
        twice(forgery, "'roles':['admin']"),
        twice(forgery, "'auth_time':9999999999"),
        twice(forgery, "'exp':9999999999"),
        twice(forgery, "'iss':'https://evil.example.com'"),
        claims(forgery, "exp as text", "'exp':'never'"),
        claims(forgery, "exp an object", "'exp':{}"),
        claims(forgery, "claims that are not JSON", "'exp'"),
        invalid("claims that are a list", forgery.written("{" + forgery.header() + "}", "[]")),
        invalid("claims that are null", forgery.written("{" + forgery.header() + "}", "null")),
        invalid("claims that are text", forgery.written("{" + forgery.header() + "}", "hello")),
        invalid("no claims", forgery.written("{" + forgery.header() + "}", "")));
  }

  private static String forAudience(Forgery forgery, String... audience) {
    return forgery.with(token -> token.audience().remove(ISSUER).add(List.of(audience)).and());
  }

  private static Date in(long seconds) {
    return Date.from(Instant.now().plusSeconds(seconds));
  }

  private static Attack twice(Forgery forgery, String claim) {
    return invalid(
        "twice: " + claim,
        forgery.written("{" + forgery.header() + "}", "{" + forgery.claims() + "," + claim + "}"));
  }

  private static Attack claims(Forgery forgery, String name, String claim) {
    String replaced = claim.substring(1, 4).equals("aud") ? "'aud':\\[[^]]*],?" : "'exp':\\d+,?";
    String others = forgery.claims().replaceAll(replaced, "");
    return invalid(
        name, forgery.written("{" + forgery.header() + "}", "{" + claim + "," + others + "}"));
  }
}
