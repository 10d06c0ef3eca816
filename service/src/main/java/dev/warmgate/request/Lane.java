package dev.warmgate.request;

import java.util.Locale;

/** The two paths through the filters; the fast one bypasses the heavy filters. */
public enum Lane {
  FAST,
  FULL;

  private final String text = name().toLowerCase(Locale.ROOT);

  @Override
  public String toString() {
    return text;
  }
}
