package dev.warmgate.factor;

import java.io.ByteArrayOutputStream;

/** The base32 of RFC 4648 without padding, in which people type secrets into their apps. */
public final class Base32 {
  private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final int BITS = 5;

  private Base32() {}

  public static String encode(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    int buffer = 0;
    int bits = 0;
    for (byte one : bytes) {
      buffer = (buffer << Byte.SIZE) | (one & 0xff);
      for (bits += Byte.SIZE; bits >= BITS; bits -= BITS) {
        text.append(ALPHABET.charAt((buffer >> (bits - BITS)) & 31));
      }
    }
    if (bits > 0) {
      text.append(ALPHABET.charAt((buffer << (BITS - bits)) & 31));
    }
    return text.toString();
  }

  /**
   * @param text in any case, with or without padding
   * @throws IllegalArgumentException if it has any other character
   */
  public static byte[] decode(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int buffer = 0;
    int bits = 0;
    for (char one : text.replace("=", "").toCharArray()) {
      int value = ALPHABET.indexOf(Character.toUpperCase(one));
      if (value < 0) {
        throw new IllegalArgumentException("is not base32");
      }
      buffer = (buffer << BITS) | value;
      bits += BITS;
      if (bits >= Byte.SIZE) {
        bits -= Byte.SIZE;
        bytes.write(buffer >> bits);
      }
    }
    return bytes.toByteArray();
  }
}
