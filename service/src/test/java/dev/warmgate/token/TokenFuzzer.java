package dev.warmgate.token;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;

/** Changes a valid token at random; the same seed makes the same changes. */
final class TokenFuzzer {
  private static final String[] VALUES = {
    "null",
    "true",
    "-1",
    "0",
    "1e400",
    "-1e400",
    "1e-400",
    "99999999999999999999",
    "0.1",
    "''",
    "'none'",
    "'NaN'",
    "'\\u0000'",
    "'\\ud800'",
    "[]",
    "{}",
    "[[[[]]]]",
    "{'a':{'b':[1,2]}}",
    "'2026-01-01T00:00:00Z'",
    "9223372036854775807",
    "-9223372036854775808",
    "'ES256'",
    "[null]",
    "['a','a']",
    "'" + "x".repeat(1500) + "'",
    "[".repeat(700),
    "{'a':".repeat(300),
    "1e2147483648"
  };
  private static final String[] NAMES = {
    "alg", "kid", "typ", "cty", "crit", "b64", "zip", "jwk", "jku", "x5u", "x5c", "x5t", "enc",
    "epk", "apu", "p2c", "iss", "aud", "sub", "exp", "nbf", "iat", "jti", "sid", "email", "roles",
    "auth_time", "client_id", "__proto__", "@type", "@class", ""
  };

  private final Random random;
  private final Forgery forgery;

  TokenFuzzer(Forgery forgery, long seed) {
    this.forgery = forgery;
    this.random = new Random(seed);
  }

  /** Returns a token as an attacker without the key can make it; it is never valid. */
  String foreign() {
    String broken =
        switch (random.nextInt(4)) {
          case 0 -> forgery.withHeader(object(forgery.header()));
          case 1 ->
              forgery.part(0)
                  + "."
                  + Forgery.encoded(object(forgery.claims()))
                  + "."
                  + forgery.part(2);
          case 2 -> bytes(random.nextInt(200)) + "." + bytes(random.nextInt(400)) + "." + bytes(64);
          default -> edited(forgery.token());
        };
    String token = random.nextInt(4) == 0 ? edited(broken) : broken;
    return token.equals(forgery.token()) ? foreign() : token;
  }

  /** Returns a changed token with a valid signature, so that header and claims are read. */
  String signed() {
    return forgery.written(
        random.nextInt(3) == 0 ? object(forgery.header()) : "{" + forgery.header() + "}",
        object(forgery.claims()));
  }

  private String object(String members) {
    StringBuilder json = new StringBuilder("{").append(members);
    for (int i = random.nextInt(3); i >= 0; i--) {
      String name = NAMES[random.nextInt(NAMES.length)];
      String value = VALUES[random.nextInt(VALUES.length)];
      String replaced =
          json.toString().replaceFirst("'" + name + "':('[^']*'|\\[[^]]*]|[^,}]+)", "");
      json = new StringBuilder(replaced.replace(",,", ",").replace("{,", "{"));
      if (json.charAt(json.length() - 1) == ',' || json.length() == 1) {
        json.append("'").append(name).append("':").append(value);
      } else {
        json.append(",'").append(name).append("':").append(value);
      }
    }
    String whole = json.append("}").toString();
    return random.nextInt(8) == 0 ? edited(whole) : whole;
  }

  private String edited(String text) {
    StringBuilder edited = new StringBuilder(text);
    for (int i = random.nextInt(3); i >= 0 && !edited.isEmpty(); i--) {
      int at = random.nextInt(edited.length());
      int to = Math.min(edited.length(), at + 1 + random.nextInt(40));
      switch (random.nextInt(5)) {
        case 0 -> edited.setCharAt(at, (char) (32 + random.nextInt(95)));
        case 1 -> edited.delete(at, to);
        case 2 -> edited.insert(at, edited.substring(at, to));
        case 3 -> edited.insert(at, "..=,+/%\u00e9".charAt(random.nextInt(8)));
        default -> edited.setLength(at);
      }
    }
    return edited.toString();
  }

  private String bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return random.nextBoolean()
        ? Base64.getUrlEncoder().withoutPadding().encodeToString(bytes)
        : new String(bytes, StandardCharsets.ISO_8859_1).replaceAll("[^!-~]", ".");
  }
}
