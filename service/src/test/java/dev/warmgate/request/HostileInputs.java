package dev.warmgate.request;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/** Inputs of any length that are expensive to normalise, fold, map, decode, parse or match. */
final class HostileInputs {
  /** Lengths near the service's own bounds, in characters: shorter input is processed. */
  private static final int[] BOUNDS = {64, 250, 1000, 2000, 4000};

  private HostileInputs() {}

  /** Text that repeats a unit as often as there is room for. */
  record Text(String name, String before, String unit, String after) {
    String ofBytes(int room) {
      int left = room - before.getBytes(UTF_8).length - after.getBytes(UTF_8).length;
      return before + unit.repeat(Math.max(0, left / unit.getBytes(UTF_8).length)) + after;
    }

    private String ofCharacters(int length) {
      int left = length - before.length() - after.length();
      return before + unit.repeat(Math.max(0, left / unit.length())) + after;
    }

    /** Returns a text that fills the room and one that fills a bound, if they fit. */
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

  /** Texts for a field, a parameter or a part of a path. */
  static final List<Text> TEXTS =
      List.of(
          // Marks in descending order of their combining classes, so that normalisation sorts them
          // all.
          text("combining marks", "a", "\u0345\u0300\u05ae\u0316", ""),
          text("combining marks in an address", "a", "\u0345\u0300\u0327", "@example.com"),
          text("combining marks in a domain", "a@e", "\u0301\u0327", ".example"),
          text("default-ignorables", "", "\u034f\u00ad\u200d", ""),
          text("default-ignorables beyond the BMP", "a", "\udb40\udd00", "@example.com"),
          text("letters that fold to three characters", "", "\u0390", "@example.com"),
          text("ligatures that expand to eighteen letters", "", "\ufdfa", "@example.com"),
          text("decomposed Hangul", "", "\u1100\u1161\u11a8", "@example.com"),
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
          text("labels of local names", "https://", "local.", "x/"),
          text("endless user-info", "https://", "a:a@", "example.com/"),
          text("an endless port", "https://example.com:", "4", "/"),
          text("an endless scheme", "", "a+", "://example.com"),
          text("a path of escapes", "https://a.example/", "%41", ""),
          text("a path of invalid escapes", "https://a.example/", "%zz", ""),
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
          text("addresses with a zone", "", "fe80::1%lo,", "fe80::1"),
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

  /** JSON values where a text or a number is expected; they fill the room that there is. */
  static final List<Text> VALUES =
      List.of(
          text("lone surrogates", "\"", "\\ud800", "\""),
          text("escaped letters", "\"", "\\u0061", "\""),
          text("an array of nulls", "[null", ",null", "]"),
          text("an array of empty texts", "[\"\"", ",\"\"", "]"),
          text("an array of events", "[\"key.rotated\"", ",\"key.rotated\"", "]"),
          text("an array of numbers", "[1", ",1", "]"),
          text("an array of long numbers", "[1", "," + "9".repeat(1000), "]"),
          text("an array of large exponents", "[1", ",1e" + "9".repeat(998), "]"),
          text("an array of small exponents", "[1", ",1e-999999999", "]"),
          text("a number", "1", "0", ""),
          text("a number with decimals", "1.", "0", "1"),
          text("an exponent", "1e1", "0", ""),
          text("an open array", "", "[", ""),
          text("an open object", "", "{\"a\":", ""),
          text("empty members", "{\"\":1", ",\"\":1", "}"),
          text("one long member name", "{\"", "a", "\":1}"));

  /**
   * JSON values that do not repeat one unit; each function makes one for the room that there is.
   */
  static final List<IntFunction<String>> GENERATED_VALUES =
      List.of(
          room -> "[".repeat(room / 2) + "]".repeat(room / 2),
          room -> "{\"a\":".repeat(room / 6) + "1" + "}".repeat(room / 6),
          HostileInputs::members,
          HostileInputs::membersWithEqualHashes);

  /** Returns an object with as many different members as there is room for. */
  private static String members(int room) {
    StringBuilder json = new StringBuilder("{\"a\":1");
    for (int i = 0; json.length() < room - 12; i++) {
      json.append(",\"").append(Integer.toString(i, 36)).append("\":1");
    }
    return json.append('}').toString();
  }

  private static String membersWithEqualHashes(int room) {
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

  /** Forms and query strings of separators, repetitions and invalid escapes. */
  static final List<Text> FORMS =
      List.of(
          text("separators", "", "&", ""),
          text("parameters without a value", "", "a&", ""),
          text("one repeated parameter", "", "token=1&", ""),
          text("parameters of escapes", "%61=1", "&%61=%41", ""),
          text("invalid escapes", "a=", "%", ""),
          text("spaces", "a=", "+", ""));
}
