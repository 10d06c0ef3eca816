package dev.warmgate.factor;

import java.time.Clock;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks the codes of an account's confirmed TOTPs, each of which is good once. */
final class Totps {
  private static final Pattern SPACES = Pattern.compile("\\s+");

  private final FactorDao factors;
  private final FactorSecrets secrets;
  private final Clock clock;

  Totps(FactorDao factors, FactorSecrets secrets, Clock clock) {
    this.factors = factors;
    this.secrets = secrets;
    this.clock = clock;
  }

  /**
   * Uses a code up if it is right.
   *
   * @param factorId the one that it is of, if the client knows
   */
  FactorAttempts.Result use(UUID accountId, @Nullable UUID factorId, String code) {
    FactorAttempts.Result result = FactorAttempts.Result.REFUSED;
    for (FactorDao.StoredTotp factor : factors.confirmedTotps(accountId)) {
      if (factorId != null && !factorId.equals(factor.id())) {
        continue;
      }
      OptionalLong step = open(factor, secrets).stepOf(digits(code), clock.instant());
      if (step.isPresent()) {
        if (factors.useStep(factor.id(), accountId, step.getAsLong()).isPresent()) {
          return FactorAttempts.Result.ACCEPTED;
        }
        result = FactorAttempts.Result.REPLAYED;
      }
    }
    return result;
  }

  /** Apps show codes with spaces between the digits. */
  static String digits(String code) {
    return SPACES.matcher(code).replaceAll("");
  }

  static Totp open(FactorDao.StoredTotp factor, FactorSecrets secrets) {
    return new Totp(
        secrets.open(factor.sealed()), factor.algorithm(), factor.digits(), factor.period());
  }
}
