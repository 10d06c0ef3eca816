package dev.warmgate.factor;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.warmgate.token.Amr;
import java.util.Locale;

/** The kinds of second factors. */
public enum FactorKind {
  TOTP(Amr.TOTP, true),
  PASSKEY(Amr.PASSKEY, false),
  RECOVERY_CODE(Amr.RECOVERY_CODE, true);

  private final String method;
  private final boolean guessable;

  FactorKind(String method, boolean guessable) {
    this.method = method;
    this.guessable = guessable;
  }

  /** Whether trying might lead to it; nobody guesses a signature. */
  boolean isGuessable() {
    return guessable;
  }

  /** Returns how a session that it opens was opened, as {@link Amr} names it. */
  public String method() {
    return method;
  }

  @JsonValue
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
