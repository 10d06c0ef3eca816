package dev.warmgate.token;

import static dev.warmgate.token.Attack.invalid;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** Tokens with invalid signatures, encodings and parts. */
final class FormAttacks {
  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  private static final int HALF = 32;

  private FormAttacks() {}

  static List<Attack> of(Forgery forgery) {
    String token = forgery.token();
    String header = forgery.part(0);
    String claims = forgery.part(1);
    String signature = forgery.part(2);
    String body = header + "." + claims + ".";
    byte[] raw = Base64.getUrlDecoder().decode(signature);
    byte[] r = Arrays.copyOf(raw, HALF);
    byte[] s = Arrays.copyOfRange(raw, HALF, 2 * HALF);
    byte[] n = unsigned(forgery.key().publicKey().getParams().getOrder());
    byte[] zero = new byte[HALF];
    byte[] ones = new byte[HALF];
    Arrays.fill(ones, (byte) 0xff);
    String admin =
        new String(Base64.getUrlDecoder().decode(claims), StandardCharsets.UTF_8)
            .replace("\"user\"", "\"admin\"");

    List<Attack> attacks = new ArrayList<>();
    // CVE-2022-21449: Java accepted a signature of zeros for any token.
    attacks.add(invalid("r and s are 0", forgery.withSignature(new byte[2 * HALF])));
    attacks.add(invalid("r is 0", forgery.withSignature(joined(zero, s))));
    attacks.add(invalid("s is 0", forgery.withSignature(joined(r, zero))));
    attacks.add(invalid("r is n", forgery.withSignature(joined(n, s))));
    attacks.add(invalid("s is n", forgery.withSignature(joined(r, n))));
    attacks.add(invalid("r and s are n", forgery.withSignature(joined(n, n))));
    attacks.add(invalid("r and s are all ones", forgery.withSignature(joined(ones, ones))));
    attacks.add(invalid("r and s swapped", forgery.withSignature(joined(s, r))));
    attacks.add(invalid("DER instead of raw", forgery.withSignature(der(r, s))));
    attacks.add(invalid("DER of zeros", forgery.withSignature(der(new byte[1], new byte[1]))));
    attacks.add(invalid("a signature too short", forgery.withSignature(Arrays.copyOf(raw, 63))));
    attacks.add(invalid("a signature too long", forgery.withSignature(Arrays.copyOf(raw, 65))));
    attacks.add(invalid("changed role", header + "." + encoded(admin) + "." + signature));

    attacks.add(invalid("unused bits set", withUnusedBits(token)));
    attacks.add(invalid("padded", token + "=="));
    attacks.add(invalid("padded with more", token + "===="));
    attacks.add(
        invalid("the standard Base64 alphabet", body + Base64.getEncoder().encodeToString(raw)));
    attacks.add(
        invalid(
            "line breaks",
            body
                + Base64.getMimeEncoder(40, " ".getBytes(StandardCharsets.US_ASCII))
                    .encodeToString(raw)));
    attacks.add(invalid("a space before a dot", header + " ." + claims + "." + signature));
    attacks.add(invalid("a space after a dot", header + ". " + claims + "." + signature));
    attacks.add(invalid("a space in the signature", body + " " + signature));
    attacks.add(invalid("a tab in the claims", header + "." + "\t" + claims + "." + signature));

    attacks.add(invalid("truncated by 1", token.substring(0, token.length() - 1)));
    attacks.add(invalid("truncated by 8", token.substring(0, token.length() - 8)));
    attacks.add(invalid("truncated to half", token.substring(0, token.length() / 2)));
    attacks.add(invalid("an empty signature", body));
    attacks.add(invalid("two parts", header + "." + claims));
    attacks.add(invalid("one part", header));
    attacks.add(invalid("only dots", ".."));
    attacks.add(invalid("a fourth part", token + "." + signature));
    attacks.add(invalid("an empty first part", "." + token));
    attacks.add(invalid("parts in another order", claims + "." + header + "." + signature));
    attacks.add(invalid("a prefix", "x" + token));
    attacks.add(invalid("a suffix", token + "x"));
    attacks.add(invalid("two tokens with a comma", token + "," + token));
    attacks.add(invalid("two tokens with a space", token + " " + token));
    attacks.add(invalid("Bearer twice", "Bearer " + token));
    attacks.add(
        invalid("4200 characters more", forgery.with(more -> more.claim("m", "x".repeat(4200)))));
    attacks.add(invalid("7000 characters", "x".repeat(7000)));
    attacks.add(invalid("4000 dots", ".".repeat(4000)));
    String words = "x . .. ... .... a.b.c null {} e30.e30.e30 e30.. ü.ü.ü %00 -_-.-_-.-_- Bearer";
    for (String word : words.split(" ", -1)) {
      attacks.add(invalid("garbage: " + word, word));
    }
    return attacks;
  }

  /**
   * Returns the token with the signature (r, n - s), which ECDSA accepts like the original (r, s).
   */
  static String withMalleatedSignature(Forgery forgery) {
    byte[] raw = Base64.getUrlDecoder().decode(forgery.part(2));
    BigInteger n = forgery.key().publicKey().getParams().getOrder();
    BigInteger s = new BigInteger(1, Arrays.copyOfRange(raw, HALF, 2 * HALF));
    return forgery.withSignature(joined(Arrays.copyOf(raw, HALF), unsigned(n.subtract(s))));
  }

  /** 64 bytes leave four bits of the last character unused. */
  private static String withUnusedBits(String token) {
    int last = ALPHABET.indexOf(token.charAt(token.length() - 1));
    return token.substring(0, token.length() - 1) + ALPHABET.charAt(last ^ 1);
  }

  private static byte[] unsigned(BigInteger number) {
    byte[] signed = number.toByteArray();
    byte[] bytes = new byte[HALF];
    int length = Math.min(HALF, signed.length);
    System.arraycopy(signed, signed.length - length, bytes, HALF - length, length);
    return bytes;
  }

  private static byte[] joined(byte[] r, byte[] s) {
    byte[] both = Arrays.copyOf(r, 2 * HALF);
    System.arraycopy(s, 0, both, HALF, HALF);
    return both;
  }

  private static byte[] der(byte[] r, byte[] s) {
    byte[] first = new BigInteger(1, r).toByteArray();
    byte[] second = new BigInteger(1, s).toByteArray();
    ByteArrayOutputStream der = new ByteArrayOutputStream();
    der.write(0x30);
    der.write(4 + first.length + second.length);
    der.write(2);
    der.write(first.length);
    der.writeBytes(first);
    der.write(2);
    der.write(second.length);
    der.writeBytes(second);
    return der.toByteArray();
  }

  private static String encoded(String json) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }
}
