package dev.warmgate.token;

import static dev.warmgate.token.Attack.invalid;
import static dev.warmgate.token.Forgery.encoded;
import static dev.warmgate.token.Forgery.foreignKey;

import dev.warmgate.signingkey.SigningKey;
import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.security.Jwks;
import java.nio.charset.StandardCharsets;
import java.security.interfaces.ECPublicKey;
import java.util.Base64;
import java.util.List;
import javax.crypto.spec.SecretKeySpec;

/** Another algorithm, another key, another kind of token. */
final class HeaderAttacks {
  private HeaderAttacks() {}

  /**
   * @param snare where nobody must look for a key
   */
  static List<Attack> of(Forgery forgery, String snare) {
    String kid = forgery.key().id();
    String claims = forgery.part(1);
    String signature = forgery.part(2);
    byte[] publicKey = forgery.key().publicKey().getEncoded();
    String pem =
        "-----BEGIN PUBLIC KEY-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(publicKey)
            + "\n-----END PUBLIC KEY-----\n";
    var foreign = Jwts.SIG.ES256.keyPair().build();
    ECPublicKey foreignPublic = (ECPublicKey) foreign.getPublic();
    String foreignJwk = Jwks.json(Jwks.builder().key(foreignPublic).build());

    return List.of(
        invalid("alg none", forgery.headed("{'alg':'none','typ':'at+jwt','kid':'" + kid + "'}")),
        invalid("alg none, no signature", header("none", kid) + "." + claims + "."),
        invalid("alg None, no signature", header("None", kid) + "." + claims + "."),
        invalid("alg NONE, no signature", header("NONE", kid) + "." + claims + "."),
        invalid("alg nOnE, no signature", header("nOnE", kid) + "." + claims + "."),
        invalid("alg empty, no signature", header("", kid) + "." + claims + "."),
        invalid("alg none, two parts", header("none", kid) + "." + claims),
        invalid("no alg", forgery.headed("{'typ':'at+jwt','kid':'" + kid + "'}")),
        invalid("alg null", forgery.headed("{'alg':null,'typ':'at+jwt','kid':'" + kid + "'}")),
        invalid("alg a number", forgery.headed("{'alg':7,'typ':'at+jwt','kid':'" + kid + "'}")),
        invalid("alg es256", header("es256", kid) + "." + claims + "." + signature),
        invalid("unsigned by the library", forgery.recipe().compact()),
        invalid("HS256 with the public key", hmac(forgery, publicKey)),
        invalid("HS256 with the public key as PEM", hmac(forgery, bytes(pem))),
        invalid("HS256 with the public key as JWK", hmac(forgery, bytes(forgery.key().jwk() + ""))),
        invalid("HS256 with the kid", hmac(forgery, bytes(kid))),
        invalid(
            "RS256",
            forgery.recipe().signWith(Jwts.SIG.RS256.keyPair().build().getPrivate()).compact()),
        invalid(
            "PS256",
            forgery
                .recipe()
                .signWith(Jwts.SIG.RS256.keyPair().build().getPrivate(), Jwts.SIG.PS256)
                .compact()),
        invalid(
            "ES384",
            forgery.recipe().signWith(Jwts.SIG.ES384.keyPair().build().getPrivate()).compact()),
        invalid(
            "ES512",
            forgery.recipe().signWith(Jwts.SIG.ES512.keyPair().build().getPrivate()).compact()),
        invalid(
            "EdDSA",
            forgery.recipe().signWith(Jwts.SIG.EdDSA.keyPair().build().getPrivate()).compact()),
        invalid(
            "a foreign key under our name",
            forgery.recipe().signWith(foreignKey(), Jwts.SIG.ES256).compact()),
        invalid(
            "jwk: a key that the token brings",
            forgery
                .recipe()
                .header()
                .jwk(Jwks.builder().key(foreignPublic).build())
                .and()
                .signWith(foreign.getPrivate())
                .compact()),
        invalid("jwk and no kid", brought(forgery, foreign, "'jwk':" + foreignJwk)),
        invalid("jku", brought(forgery, foreign, "'kid':'x','jku':'" + snare + "'")),
        invalid(
            "jku under our name", brought(forgery, foreign, kid(kid) + ",'jku':'" + snare + "'")),
        invalid("x5u", brought(forgery, foreign, kid(kid) + ",'x5u':'" + snare + "'")),
        invalid(
            "x5u of a file", brought(forgery, foreign, kid(kid) + ",'x5u':'file:///etc/passwd'")),
        invalid("x5c", brought(forgery, foreign, kid(kid) + ",'x5c':['MIIB']")),
        invalid("kid unknown", named(forgery, "unknown")),
        invalid("kid a path", named(forgery, "../../../../../../dev/null")),
        invalid("kid an absolute path", named(forgery, "/proc/sys/kernel/randomize_va_space")),
        invalid("kid SQL", named(forgery, "' OR 1=1 --")),
        invalid("kid SQL that selects", named(forgery, "x' UNION SELECT 'key")),
        invalid("kid a URL", named(forgery, snare)),
        invalid("kid a command", named(forgery, "|sleep 5")),
        invalid("kid with NUL", named(forgery, kid + "\u0000")),
        invalid("kid with a space", named(forgery, kid + " ")),
        invalid("kid in capitals", named(forgery, kid.toUpperCase(java.util.Locale.ROOT))),
        invalid("kid empty", forgery.written("{'alg':'ES256','typ':'at+jwt','kid':''}", "{}")),
        invalid("kid of 2000 characters", named(forgery, "k".repeat(2000))),
        invalid("kid missing", forgery.with(token -> token.header().delete("kid").and())),
        invalid("kid an object", forgery.headed("{'alg':'ES256','typ':'at+jwt','kid':{}}")),
        invalid("kid null", forgery.headed("{'alg':'ES256','typ':'at+jwt','kid':null}")),
        invalid("typ JWT", typed(forgery, "JWT")),
        invalid("typ id+jwt", typed(forgery, "id+jwt")),
        invalid("typ rt+jwt", typed(forgery, "rt+jwt")),
        invalid("typ in capitals", typed(forgery, "AT+JWT")),
        invalid("typ missing", forgery.with(token -> token.header().delete("typ").and())),
        invalid("crit unknown", ours(forgery, ",'crit':['exp'],'exp':1")),
        invalid("crit unknown and absent", ours(forgery, ",'crit':['http://example.com/x']")),
        invalid("crit of nulls", ours(forgery, ",'crit':[null]")),
        invalid("crit of numbers", forgery.headed("{" + forgery.header() + ",'crit':[7]}")),
        invalid("b64 false", ours(forgery, ",'b64':false,'crit':['b64']")),
        invalid("zip", ours(forgery, ",'zip':'DEF'")),
        invalid("two algs", ours(forgery, ",'alg':'none'")),
        invalid("two kids", ours(forgery, ",'kid':'other'")),
        invalid(
            "nested: a token in a token",
            forgery.written("{" + forgery.header() + ",'cty':'JWT'}", forgery.token())),
        invalid(
            "JWE in five parts",
            encoded("{'alg':'dir','enc':'A128GCM','typ':'at+jwt'}")
                + "."
                + claims
                + "."
                + signature
                + ".x.x"),
        invalid(
            "JWE by the library",
            Jwts.builder()
                .header()
                .type("at+jwt")
                .keyId(kid)
                .and()
                .subject("x")
                .encryptWith(forgery.key().publicKey(), Jwts.KEY.ECDH_ES, Jwts.ENC.A256GCM)
                .compact()),
        invalid("a header of brackets", encoded("[".repeat(2500)) + "." + claims + "." + signature),
        invalid("a deep header", encoded("{'a':".repeat(500)) + "." + claims + "." + signature),
        invalid("a header that is a list", forgery.headed("['ES256']")),
        invalid("a header that is null", forgery.headed("null")));
  }

  private static String header(String algorithm, String kid) {
    return encoded("{'alg':'" + algorithm + "','typ':'at+jwt','kid':'" + kid + "'}");
  }

  private static String hmac(Forgery forgery, byte[] secret) {
    return forgery
        .recipe()
        .signWith(new SecretKeySpec(secret, "HmacSHA256"), Jwts.SIG.HS256)
        .compact();
  }

  /** Signed with a foreign key, and headers that say where to find it. */
  private static String brought(Forgery forgery, java.security.KeyPair foreign, String headers) {
    return new Forgery(
            new SigningKey(
                forgery.key().id(),
                (ECPublicKey) foreign.getPublic(),
                (java.security.interfaces.ECPrivateKey) foreign.getPrivate(),
                forgery.key().signsFrom()),
            forgery.accountId(),
            forgery.sessionId(),
            forgery.token())
        .written("{'alg':'ES256','typ':'at+jwt'," + headers + "}", "{" + forgery.claims() + "}");
  }

  private static String kid(String id) {
    return "'kid':'" + id + "'";
  }

  private static String named(Forgery forgery, String kid) {
    return forgery.with(token -> token.header().keyId(kid).and());
  }

  private static String typed(Forgery forgery, String type) {
    return forgery.with(token -> token.header().type(type).and());
  }

  private static String ours(Forgery forgery, String more) {
    return forgery.written("{" + forgery.header() + more + "}", "{" + forgery.claims() + "}");
  }

  private static byte[] bytes(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    // As long as the algorithm demands, so that it is not the length that is refused.
    return bytes.length >= 32 ? bytes : java.util.Arrays.copyOf(bytes, 32);
  }
}
