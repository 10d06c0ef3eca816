package dev.warmgate.filter;

import java.util.Locale;

/** The two ways through the filters; fast goes past the heavy ones. */
public enum Lane {
  FAST,
  FULL;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
