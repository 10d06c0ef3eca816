package dev.warmgate.password;

import dev.warmgate.outbound.OutboundClient;
import dev.warmgate.outbound.OutboundUrlPolicy;
import io.opentelemetry.api.OpenTelemetry;

/**
 * The wiring of the password feature: hashing behind its gate, and the policy for new passwords.
 */
public record Passwords(
    PasswordHasher hasher, HashingGate gate, PasswordPolicy policy, BreachCheck breaches) {
  /**
   * @param bounded whether the hashing gate refuses work beyond its queue
   * @param ownName the service's host name, which no password may consist of
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
