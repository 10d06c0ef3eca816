package dev.warmgate.database;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Recognises a parameter that was meant to make a connection to PostgreSQL safe, and that the
 * driver would ignore: a misspelt one, or one of libpq's alone.
 */
final class SafetyParameters {
  private static final Set<String> NAMES =
      Set.of(
          "sslmode",
          "channelbinding",
          "requireauth",
          "requirepeer",
          "gssencmode",
          "targetsessionattrs",
          "targetservertype",
          "scrammaxiterations");

  private static final Set<String> LIBPQ_ONLY =
      Set.of(
          "requirepeer",
          "sslcertmode",
          "sslcompression",
          "sslcrl",
          "sslcrldir",
          "sslkeylogfile",
          "sslsni",
          "ssl_min_protocol_version",
          "ssl_max_protocol_version");

  private static final Pattern TLS = Pattern.compile("ssl|tls|cert");
  private static final int TYPOS = 2;

  private SafetyParameters() {}

  /** Whether libpq knows the parameter, and the driver does not. */
  static boolean areUnsupported(String name) {
    return LIBPQ_ONLY.contains(name);
  }

  /** Whether an unknown parameter is about TLS, or differs from one of safety by two letters. */
  static boolean resemble(String name) {
    String plain = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
    return TLS.matcher(plain).find()
        || NAMES.stream().anyMatch(known -> distance(plain, known) <= TYPOS);
  }

  /** Returns the number of letters to insert, delete or replace (Levenshtein). */
  private static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.length()];
  }
}
