package dev.warmgate.factor;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.warmgate.token.Amr;
import java.util.Locale;

/** The kinds of second factors. */
public enum FactorKind {
  TOTP(Amr.TOTP),
  PASSKEY(Amr.PASSKEY),
  RECOVERY_CODE(Amr.RECOVERY_CODE);

  private final String method;

  FactorKind(String method) {
    this.method = method;
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
