package dev.warmgate.password.foreign;

import dev.warmgate.password.HashCost;
import dev.warmgate.password.HashingConfiguration;
import dev.warmgate.password.PhcString;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Turns the notations of other services into the text of a {@link ForeignHash}, and refuses hashes
 * that are not worth keeping or whose check would hold up others.
 */
public final class HashNotation {
  /** The most that the check of one hash may take, as its parameters tell. */
  static final HashCost MOST = new HashCost(128 * 1024, 1500);

  private static final Pattern DJANGO_PBKDF2 =
      Pattern.compile(
          "pbkdf2_(sha1|sha256|sha512)\\$(\\d{1,9})\\$([^$]{1,128})\\$([\\w+/=]{8,344})");
  private static final Pattern DJANGO_SCRYPT =
      Pattern.compile(
          "scrypt\\$(\\d{1,10})\\$([^$]{1,128})\\$(\\d{1,4})\\$(\\d{1,4})\\$([\\w+/=]{8,344})");
  private static final Pattern WERKZEUG_PBKDF2 =
      Pattern.compile(
          "pbkdf2:(sha1|sha256|sha512):(\\d{1,9})\\$([^$]{1,128})\\$((?:[0-9a-f]{2}){16,256})");
  private static final Pattern WERKZEUG_SCRYPT =
      Pattern.compile(
          "scrypt:(\\d{1,10}):(\\d{1,4}):(\\d{1,4})\\$([^$]{1,128})\\$((?:[0-9a-f]{2}){16,256})");
  private static final Pattern PASSLIB_PBKDF2 =
      Pattern.compile(
          "\\$pbkdf2(-sha256|-sha512)?\\$(\\d{1,9})\\$([\\w./]{2,700})\\$([\\w./]{8,344})");

  private static final Pattern PLAIN_DIGEST =
      Pattern.compile(
          "(?i)(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{128}"
              + "|(?:unsalted_)?(?:md5|sha1|sha256|sha512)\\$.*|\\{S?(?:SHA|MD5)\\d*}.*|\\$[156]\\$.*)");

  private HashNotation() {}

  /**
   * Returns the text under which another service's hash is stored.
   *
   * @throws UnsupportedHash if it is of no known kind, too weak or too expensive
   */
  public static String canonical(String text) throws UnsupportedHash {
    return accept(
        read(text)
            .orElseThrow(() ->
                new UnsupportedHash(
                    PLAIN_DIGEST.matcher(text).matches()
                        ? "its hash is a plain digest (such as MD5 or SHA), which is not taken over"
                        : text.startsWith("{")
                            ? "its hash is encrypted by the source, whose key is needed to export it"
                            : "its hash is of no known kind")));
  }

  /**
   * Returns a hash that an export of this service contains.
   *
   * @throws UnsupportedHash if it is none
   */
  public static String ours(String text) throws UnsupportedHash {
    return text.startsWith(ForeignHash.OWN)
        ? own(text)
        : accept(ForeignHash.parse(text).orElseThrow(UnsupportedHash::ofNoKnownKind));
  }

  /** What the configuration allows is not too expensive, and what cannot be verified is refused. */
  private static String own(String text) throws UnsupportedHash {
    PhcString own = PhcString.parse(text).orElseThrow(UnsupportedHash::ofNoKnownKind);
    ForeignHash same = read(text).orElseThrow(UnsupportedHash::ofNoKnownKind);
    requireStrength(same);
    if (own.memoryKib() > HashingConfiguration.MOST_MEMORY_KIB
        || own.iterations() > HashingConfiguration.MOST_ITERATIONS) {
      throw new UnsupportedHash("its hash is more expensive than any configuration allows");
    }
    return text;
  }

  /**
   * Returns PBKDF2 of parts, as Keycloak keeps them.
   *
   * @param digest {@code sha1}, {@code sha256} or {@code sha512}
   */
  public static String pbkdf2(String digest, int iterations, byte[] salt, byte[] result)
      throws UnsupportedHash {
    try {
      return accept(new Pbkdf2Hash(digest, iterations, salt, result));
    } catch (IllegalArgumentException unknown) {
      throw new UnsupportedHash("its hash has " + unknown.getMessage());
    }
  }

  /** As {@link #pbkdf2}, of Argon2 of version 1.3. */
  public static String argon2(
      String type, int memoryKib, int iterations, int lanes, byte[] salt, byte[] result)
      throws UnsupportedHash {
    if (!type.equals("i") && !type.equals("id")) {
      throw new UnsupportedHash(
          "its hash is of Argon2" + type + ", which no library here verifies");
    }
    try {
      return accept(new Argon2Hash(type, memoryKib, iterations, lanes, salt, result));
    } catch (IllegalArgumentException unknown) {
      throw new UnsupportedHash("its hash has " + unknown.getMessage());
    }
  }

  /**
   * Returns the hash of a Firebase project.
   *
   * @param salt base64, as the other texts
   */
  public static String firebase(
      String signerKey, String separator, int rounds, int memCost, String salt, String hash)
      throws UnsupportedHash {
    return canonical(
        "$fbscrypt$v=1,n=%d,r=%d,p=1,ss=%s,sk=%s$%s$%s"
            .formatted(
                memCost,
                rounds,
                standard(separator),
                standard(signerKey),
                standard(salt),
                standard(hash)));
  }

  /** Firebase writes both alphabets of base64. */
  private static String standard(String base64) {
    return base64.replace('-', '+').replace('_', '/');
  }

  private static String accept(ForeignHash hash) throws UnsupportedHash {
    HashCost cost = hash.cost();
    requireStrength(hash);
    if (cost.memoryKib() > MOST.memoryKib() || cost.millis() > MOST.millis()) {
      throw new UnsupportedHash(
          String.format(
              Locale.ROOT,
              "its hash is too expensive: about %.0f ms and %d MiB for each login, of at most"
                  + " %.0f ms and %d MiB",
              cost.millis(),
              cost.memoryKib() / 1024,
              MOST.millis(),
              MOST.memoryKib() / 1024));
    }
    String canonical = hash.toString();
    if (ForeignHash.parse(canonical).isEmpty()) {
      throw UnsupportedHash.ofNoKnownKind();
    }
    return canonical;
  }

  private static void requireStrength(ForeignHash hash) throws UnsupportedHash {
    if (hash.isTooWeak()) {
      throw new UnsupportedHash("its hash is too weak");
    }
  }

  private static Optional<ForeignHash> read(String text) {
    if (text.startsWith("argon2$argon2") || text.startsWith("bcrypt$$2")) {
      return read(text.substring(text.indexOf('$') + (text.startsWith("argon2$") ? 0 : 1)));
    }
    if (text.startsWith("bcrypt_sha256$$2")) {
      return ForeignHash.parse("$bcrypt-sha256" + text.substring("bcrypt_sha256$".length()));
    }
    String own = ForeignHash.OWN;
    return ForeignHash.parse(
            text.startsWith(own) ? "$argon2id-raw$" + text.substring(own.length()) : text)
        .or(() -> of(DJANGO_PBKDF2.matcher(text), HashNotation::djangoPbkdf2))
        .or(() -> of(DJANGO_SCRYPT.matcher(text), HashNotation::djangoScrypt))
        .or(() -> of(WERKZEUG_PBKDF2.matcher(text), HashNotation::werkzeugPbkdf2))
        .or(() -> of(WERKZEUG_SCRYPT.matcher(text), HashNotation::werkzeugScrypt))
        .or(() -> of(PASSLIB_PBKDF2.matcher(text), HashNotation::passlibPbkdf2));
  }

  private static Optional<ForeignHash> of(Matcher form, PhcText.Parts<ForeignHash> parts) {
    return PhcText.read(form, parts);
  }

  private static ForeignHash djangoPbkdf2(Matcher form) {
    return new Pbkdf2Hash(
        form.group(1), PhcText.number(form, 2), utf8(form.group(3)), PhcText.bytes(form, 4));
  }

  private static ForeignHash djangoScrypt(Matcher form) {
    return new ScryptHash(
        logarithm(form.group(1)),
        PhcText.number(form, 3),
        PhcText.number(form, 4),
        utf8(form.group(2)),
        PhcText.bytes(form, 5));
  }

  private static ForeignHash werkzeugPbkdf2(Matcher form) {
    return new Pbkdf2Hash(
        form.group(1), PhcText.number(form, 2), utf8(form.group(3)), hex(form.group(4)));
  }

  private static ForeignHash werkzeugScrypt(Matcher form) {
    return new ScryptHash(
        logarithm(form.group(1)),
        PhcText.number(form, 2),
        PhcText.number(form, 3),
        utf8(form.group(4)),
        hex(form.group(5)));
  }

  private static ForeignHash passlibPbkdf2(Matcher form) {
    String digest = form.group(1) == null ? "sha1" : form.group(1).substring(1);
    return new Pbkdf2Hash(
        digest, PhcText.number(form, 2), adapted(form.group(3)), adapted(form.group(4)));
  }

  private static byte[] utf8(String text) {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw new IllegalArgumentException("a salt is no valid Unicode");
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits);
  }

  /** Passlib's base64 has dots in place of plus signs. */
  private static byte[] adapted(String base64) {
    return Base64.getDecoder().decode(base64.replace('.', '+'));
  }

  private static int logarithm(String n) {
    long value = Long.parseLong(n);
    if (Long.bitCount(value) != 1) {
      throw new IllegalArgumentException("N of scrypt is no power of two");
    }
    return Long.numberOfTrailingZeros(value);
  }
}
