package dev.warmgate.request;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/**
 * What costs the most to normalise, fold, map, decode, parse or match, of any length: nothing of it
 * is to cost more than its refusal.
 */
final class HostileInputs {
  /** Where our own bounds are, in characters: what is just short enough is looked at after all. */
  private static final int[] BOUNDS = {64, 250, 1000, 2000, 4000};

  private HostileInputs() {}

  /** Text of as many units as there is room for. */
  record Text(String name, String before, String unit, String after) {
    String ofBytes(int room) {
      int left = room - before.getBytes(UTF_8).length - after.getBytes(UTF_8).length;
      return before + unit.repeat(Math.max(0, left / unit.getBytes(UTF_8).length)) + after;
    }

    private String ofCharacters(int length) {
      int left = length - before.length() - after.length();
      return before + unit.repeat(Math.max(0, left / unit.length())) + after;
    }

    /** As long as there is room, and as long as one of the bounds allows. */
    Stream<String> within(int bytes, Random random) {
      return Stream.of(ofBytes(bytes), ofCharacters(BOUNDS[random.nextInt(BOUNDS.length)]))
          .filter(text -> text.getBytes(UTF_8).length <= bytes)
          .distinct();
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static Text text(String name, String before, String unit, String after) {
    return new Text(name, before, unit, after);
  }

  /** For a field, a parameter or a part of a path. */
  static final List<Text> TEXTS =
      List.of(
          // Marks in the order of their classes backwards, so that all of them must be sorted.
          text("combining marks", "a", "\u0345\u0300\u05ae\u0316", ""),
          text("combining marks in an address", "a", "\u0345\u0300\u0327", "@example.com"),
          text("combining marks in a domain", "a@e", "\u0301\u0327", ".example"),
          text("default-ignorables", "", "\u034f\u00ad\u200d", ""),
          text("default-ignorables beyond the BMP", "a", "\udb40\udd00", "@example.com"),
          text("letters that fold into three", "", "\u0390", "@example.com"),
          text("ligatures of eighteen letters", "", "\ufdfa", "@example.com"),
          text("Hangul by its parts", "", "\u1100\u1161\u11a8", "@example.com"),
          text("one label", "", "a", ""),
          text("one label of an address", "a@", "a", ".com"),
          text("one label of a URL", "https://", "a", ".com/"),
          text("IDN labels of an address", "a@", "ü.", "com"),
          text("IDN labels of a URL", "https://", "ü.", "com/"),
          text("one IDN label of an address", "a@", "üé", ".com"),
          text("one IDN label of a URL", "https://", "üé", ".com/"),
          text("A-labels of an address", "a@", "xn--tda.", "com"),
          text("A-labels of a URL", "https://", "xn--tda.", "com/"),
          text("one A-label", "a@xn--", "9", ".com"),
          text("labels of one letter", "a@", "a.", "com"),
          text("labels of one letter of a URL", "https://", "a.", "com/"),
          text("hyphens of an address", "a@a", "-", ".com"),
          text("hyphens of a URL", "https://a", "-a", ".com/"),
          text("many at signs", "", "a@", "example.com"),
          text("an address of numbers", "https://", "1.", "1/"),
          text("an address of hexadecimal numbers", "https://", "0x", "/"),
          text("a name like an inside one", "https://", "local.", "x/"),
          text("user-info without end", "https://", "a:a@", "example.com/"),
          text("ports without end", "https://example.com:", "4", "/"),
          text("a scheme without end", "", "a+", "://example.com"),
          text("a path of escapes", "https://a.example/", "%41", ""),
          text("a path of wrong escapes", "https://a.example/", "%zz", ""),
          text("a fragment", "https://a.example/#", "#", ""),
          text("escapes", "", "%41", ""),
          text("escaped escapes", "", "%2541", ""),
          text("escapes of combining marks", "", "%cc%80%cc%a7", ""),
          text("digits", "", "9", ""),
          text("a number with an exponent", "1e", "9", ""),
          text("a time", "2026-11-28T08:00:00.", "9", "Z"),
          text("a year", "+", "9", "-11-28T08:00:00Z"),
          text("a far year", "+999999999-11-28T08:00:00Z", "Z", ""),
          text("a UUID", "", "0-", "0"),
          text("a position", "", "9", ".00000000-0000-0000-0000-000000000000"),
          text("dots", "", ".", ""),
          text("spaces", " ", " ", "a"),
          text("commas", "", ",", ""),
          text("quotes and backslashes", "", "\\\"", ""),
          text("addresses of interfaces", "", "fe80::1%lo,", "fe80::1"),
          text("addresses of proxies", "", "127.0.0.1,", "127.0.0.1"),
          text("a token with a deep header", token("{\"a\":", "1", "}"), "A", ""),
          text("a token with a long number", token("9", "", ""), "A", ""),
          text("a refresh token", "1.k1.", "A", ".0.AAAAAAAAAAAAAAAAAAAAAA.A"),
          text("dotted Turkish letters", "", "\u0130", "@example.com"),
          text("cookies", "", "a=b;", ""),
          text("media types", "application/json", ",a/b;q=0.1", ""),
          text("parameters of a media type", "application/json", ";a=b", ""),
          text("languages", "en", ",de;q=0.1", ""),
          text("a range", "bytes=", "0-0,", "0-0"));

  private static String token(String open, String inside, String close) {
    String header =
        "{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":"
            + open.repeat(400)
            + inside
            + close.repeat(400)
            + "}";
    return Base64.getUrlEncoder().withoutPadding().encodeToString(header.getBytes(UTF_8)) + ".e30.";
  }

  /** JSON where a text or a number is expected, of as many bytes as there is room for. */
  static final List<Text> VALUES =
      List.of(
          text("halves of characters", "\"", "\\ud800", "\""),
          text("escaped letters", "\"", "\\u0061", "\""),
          text("an array of nulls", "[null", ",null", "]"),
          text("an array of empty texts", "[\"\"", ",\"\"", "]"),
          text("an array of events", "[\"key.rotated\"", ",\"key.rotated\"", "]"),
          text("an array of numbers", "[1", ",1", "]"),
          text("an array of long numbers", "[1", "," + "9".repeat(1000), "]"),
          text("an array of great exponents", "[1", ",1e" + "9".repeat(998), "]"),
          text("an array of small exponents", "[1", ",1e-999999999", "]"),
          text("a number", "1", "0", ""),
          text("a number with decimals", "1.", "0", "1"),
          text("an exponent", "1e1", "0", ""),
          text("an open array", "", "[", ""),
          text("an open object", "", "{\"a\":", ""),
          text("empty members", "{\"\":1", ",\"\":1", "}"),
          text("one member's name", "{\"", "a", "\":1}"));

  /** Values that cannot be said by repeating something: made for the room there is. */
  static final List<IntFunction<String>> MADE_VALUES =
      List.of(
          room -> "[".repeat(room / 2) + "]".repeat(room / 2),
          room -> "{\"a\":".repeat(room / 6) + "1" + "}".repeat(room / 6),
          HostileInputs::members,
          HostileInputs::membersThatHashAlike);

  /** As many different ones as there is room for. */
  private static String members(int room) {
    StringBuilder json = new StringBuilder("{\"a\":1");
    for (int i = 0; json.length() < room - 12; i++) {
      json.append(",\"").append(Integer.toString(i, 36)).append("\":1");
    }
    return json.append('}').toString();
  }

  private static String membersThatHashAlike(int room) {
    StringBuilder json = new StringBuilder("{\"a\":1");
    for (int i = 0; json.length() < room - 40; i++) {
      json.append(",\"");
      for (int bit = 0; bit < 13; bit++) {
        json.append((i >> bit & 1) == 0 ? "Aa" : "BB");
      }
      json.append("\":1");
    }
    return json.append('}').toString();
  }

  /** Forms and query strings that are nothing but separators, repetitions or strangers. */
  static final List<Text> FORMS =
      List.of(
          text("separators", "", "&", ""),
          text("parameters without a value", "", "a&", ""),
          text("one parameter again and again", "", "token=1&", ""),
          text("parameters of escapes", "%61=1", "&%61=%41", ""),
          text("wrong escapes", "a=", "%", ""),
          text("spaces", "a=", "+", ""));
}
