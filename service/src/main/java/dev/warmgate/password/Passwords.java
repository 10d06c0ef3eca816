package dev.warmgate.password;

import dev.warmgate.outbound.OutboundClient;
import dev.warmgate.outbound.OutboundUrlPolicy;
import io.opentelemetry.api.OpenTelemetry;

/** Passwords: hashed, a bounded number at a time, and judged before they are set. */
public record Passwords(
    PasswordHasher hasher, HashingGate gate, PasswordPolicy policy, BreachCheck breaches) {
  /**
   * @param bounded whether hashing is refused beyond what the processors can do
   * @param ownName the service's own host name, which no password may be made of
   */
  public static Passwords of(
      PasswordConfiguration configuration,
      HashingConfiguration hashing,
      LoginConfiguration login,
      boolean bounded,
      String ownName,
      OutboundUrlPolicy outboundUrls,
      OpenTelemetry telemetry) {
    BreachCheck breaches =
        new BreachCheck(
            configuration.breachCheck(),
            new OutboundClient(
                outboundUrls,
                configuration.breachCheck().timeout().toJavaDuration(),
                BreachCheck.MOST_CALLS),
            telemetry);
    return new Passwords(
        new PasswordHasher(hashing),
        new HashingGate(hashing, login, bounded, telemetry),
        new PasswordPolicy(configuration, ownName, breaches),
        breaches);
  }
}
