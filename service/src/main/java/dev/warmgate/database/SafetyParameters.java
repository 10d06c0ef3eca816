package dev.warmgate.database;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Recognises a misspelt parameter that was meant to make a connection to PostgreSQL safe. */
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

  private static final Pattern TLS = Pattern.compile("ssl|tls|cert");
  private static final int TYPOS = 2;

  private SafetyParameters() {}

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
