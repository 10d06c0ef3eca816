package dev.warmgate.token;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MaxDuration;
import io.dropwizard.validation.MinDuration;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What access tokens say.
 *
 * @param issuer the public base URL of this deployment, from {@code WARMGATE_ISSUER}
 * @param audience the resource servers the tokens are for
 * @param clientId the first-party client they are issued to, RFC 9068 section 2.2
 * @param accessLifetime how long an access token is good for
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record TokensConfiguration(
    @NotNull
        @Pattern(
            regexp = "https?://[^/\\s]+[^\\s/]",
            message =
                "must be the public base URL without a slash at its end, from WARMGATE_ISSUER")
        String issuer,
    @NotNull String audience,
    @NotNull String clientId,
    @MinDuration(value = 1, unit = TimeUnit.MINUTES)
        @MaxDuration(value = TokensConfiguration.LONGEST_HOURS, unit = TimeUnit.HOURS)
        Duration accessLifetime) {
  /** No token lives longer, whatever was configured when it was issued. */
  static final int LONGEST_HOURS = 1;

  public TokensConfiguration(
      String issuer,
      @Nullable String audience,
      @Nullable String clientId,
      @Nullable Duration accessLifetime) {
    this.issuer = issuer;
    this.audience = audience == null ? "warmgate" : audience;
    this.clientId = clientId == null ? "warmgate-first-party" : clientId;
    this.accessLifetime = accessLifetime == null ? Duration.minutes(15) : accessLifetime;
  }
}
