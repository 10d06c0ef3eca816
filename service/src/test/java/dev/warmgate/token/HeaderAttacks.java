package dev.warmgate.token;

import static dev.warmgate.token.Attack.invalid;
import static dev.warmgate.token.Forgery.encoded;
import static dev.warmgate.token.Forgery.foreignKey;

import dev.warmgate.signingkey.SigningKey;
import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.security.Jwks;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.interfaces.ECPublicKey;
import java.util.Base64;
import java.util.List;
import javax.crypto.spec.SecretKeySpec;

/** Tokens with another algorithm, key or type. */
final class HeaderAttacks {
  /** Making one takes seconds. */
  private static final KeyPair RSA = Jwts.SIG.RS256.keyPair().build();

  private HeaderAttacks() {}

  /**
   * @param trap a URL that the service must never call for a key
   */
  static List<Attack> of(Forgery forgery, String trap) {
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
        invalid(
            "alg none", forgery.withHeader("{'alg':'none','typ':'at+jwt','kid':'" + kid + "'}")),
        invalid("alg none, no signature", header("none", kid) + "." + claims + "."),
        invalid("alg None, no signature", header("None", kid) + "." + claims + "."),
        invalid("alg NONE, no signature", header("NONE", kid) + "." + claims + "."),
        invalid("alg nOnE, no signature", header("nOnE", kid) + "." + claims + "."),
        invalid("alg empty, no signature", header("", kid) + "." + claims + "."),
        invalid("alg none, two parts", header("none", kid) + "." + claims),
        invalid("no alg", forgery.withHeader("{'typ':'at+jwt','kid':'" + kid + "'}")),
        invalid("alg null", forgery.withHeader("{'alg':null,'typ':'at+jwt','kid':'" + kid + "'}")),
        invalid("alg a number", forgery.withHeader("{'alg':7,'typ':'at+jwt','kid':'" + kid + "'}")),
        invalid("alg es256", header("es256", kid) + "." + claims + "." + signature),
        invalid("unsigned by the library", forgery.recipe().compact()),
        invalid("HS256 with the public key", hmac(forgery, publicKey)),
        invalid("HS256 with the public key as PEM", hmac(forgery, bytes(pem))),
        invalid("HS256 with the public key as JWK", hmac(forgery, bytes(forgery.key().jwk() + ""))),
        invalid("HS256 with the kid", hmac(forgery, bytes(kid))),
        invalid("RS256", forgery.recipe().signWith(RSA.getPrivate()).compact()),
        invalid("PS256", forgery.recipe().signWith(RSA.getPrivate(), Jwts.SIG.PS256).compact()),
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
            "a foreign key with the service's kid",
            forgery.recipe().signWith(foreignKey(), Jwts.SIG.ES256).compact()),
        invalid(
            "jwk: a key in the token",
            forgery
                .recipe()
                .header()
                .jwk(Jwks.builder().key(foreignPublic).build())
                .and()
                .signWith(foreign.getPrivate())
                .compact()),
        invalid("jwk and no kid", signedByForeignKey(forgery, foreign, "'jwk':" + foreignJwk)),
        invalid("jku", signedByForeignKey(forgery, foreign, "'kid':'x','jku':'" + trap + "'")),
        invalid(
            "jku with the service's kid",
            signedByForeignKey(forgery, foreign, kid(kid) + ",'jku':'" + trap + "'")),
        invalid("x5u", signedByForeignKey(forgery, foreign, kid(kid) + ",'x5u':'" + trap + "'")),
        invalid(
            "x5u of a file",
            signedByForeignKey(forgery, foreign, kid(kid) + ",'x5u':'file:///etc/passwd'")),
        invalid("x5c", signedByForeignKey(forgery, foreign, kid(kid) + ",'x5c':['MIIB']")),
        invalid("kid unknown", withKid(forgery, "unknown")),
        invalid("kid a path", withKid(forgery, "../../../../../../dev/null")),
        invalid("kid an absolute path", withKid(forgery, "/proc/sys/kernel/randomize_va_space")),
        invalid("kid SQL", withKid(forgery, "' OR 1=1 --")),
        invalid("kid SQL that selects", withKid(forgery, "x' UNION SELECT 'key")),
        invalid("kid a URL", withKid(forgery, trap)),
        invalid("kid a command", withKid(forgery, "|sleep 5")),
        invalid("kid with NUL", withKid(forgery, kid + "\u0000")),
        invalid("kid with a space", withKid(forgery, kid + " ")),
        invalid("kid in capitals", withKid(forgery, kid.toUpperCase(java.util.Locale.ROOT))),
        invalid("kid empty", forgery.written("{'alg':'ES256','typ':'at+jwt','kid':''}", "{}")),
        invalid("kid of 2000 characters", withKid(forgery, "k".repeat(2000))),
        invalid("kid missing", forgery.with(token -> token.header().delete("kid").and())),
        invalid("kid an object", forgery.withHeader("{'alg':'ES256','typ':'at+jwt','kid':{}}")),
        invalid("kid null", forgery.withHeader("{'alg':'ES256','typ':'at+jwt','kid':null}")),
        invalid("typ JWT", withType(forgery, "JWT")),
        invalid("typ id+jwt", withType(forgery, "id+jwt")),
        invalid("typ rt+jwt", withType(forgery, "rt+jwt")),
        invalid("typ in capitals", withType(forgery, "AT+JWT")),
        invalid("typ missing", forgery.with(token -> token.header().delete("typ").and())),
        invalid("crit unknown", withMembers(forgery, ",'crit':['exp'],'exp':1")),
        invalid(
            "crit unknown and absent", withMembers(forgery, ",'crit':['http://example.com/x']")),
        invalid("crit of nulls", withMembers(forgery, ",'crit':[null]")),
        invalid("crit of numbers", forgery.withHeader("{" + forgery.header() + ",'crit':[7]}")),
        invalid("b64 false", withMembers(forgery, ",'b64':false,'crit':['b64']")),
        invalid("zip", withMembers(forgery, ",'zip':'DEF'")),
        invalid("two algs", withMembers(forgery, ",'alg':'none'")),
        invalid("two kids", withMembers(forgery, ",'kid':'other'")),
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
        invalid("a header that is a list", forgery.withHeader("['ES256']")),
        invalid("a header that is null", forgery.withHeader("null")));
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

  /** Signs with a foreign key and adds headers that say where to find it. */
  private static String signedByForeignKey(Forgery forgery, KeyPair foreign, String headers) {
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

  private static String withKid(Forgery forgery, String kid) {
    return forgery.with(token -> token.header().keyId(kid).and());
  }

  private static String withType(Forgery forgery, String type) {
    return forgery.with(token -> token.header().type(type).and());
  }

  private static String withMembers(Forgery forgery, String members) {
    return forgery.written("{" + forgery.header() + members + "}", "{" + forgery.claims() + "}");
  }

  private static byte[] bytes(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    // Padded to the length that the algorithm requires.
    return bytes.length >= 32 ? bytes : java.util.Arrays.copyOf(bytes, 32);
  }
}
