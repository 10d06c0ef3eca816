package dev.warmgate.request;

import java.util.Locale;

/** The two ways through the filters; fast goes past the heavy ones. */
public enum Lane {
  FAST,
  FULL;

  private final String text = name().toLowerCase(Locale.ROOT);

  @Override
  public String toString() {
    return text;
  }
}
