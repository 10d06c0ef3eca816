package dev.warmgate.token;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MaxDuration;
import io.dropwizard.validation.MinDuration;
import io.dropwizard.validation.ValidationMethod;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Null;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The content and lifetime of access tokens.
 *
 * @param issuer the public base URL of this deployment, from {@code WARMGATE_ISSUER}; also the
 *     audience of a token for this API
 * @param audience no longer supported; refused with a message that says what to use instead
 * @param resources the other APIs that tokens are issued for, as clients name them (RFC 8707)
 * @param clientId the first-party client that tokens are issued to (RFC 9068 section 2.2)
 * @param accessLifetime how long an access token is valid
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record TokensConfiguration(
    @NotNull
        @Pattern(
            regexp =
                "https?://([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(:"
                    + TokensConfiguration.PORT
                    + ")?(/[^\\s/?#]+)*",
            message =
                "must be the public base URL without a user, a query, a fragment or a trailing slash,"
                    + " from WARMGATE_ISSUER")
        String issuer,
    @Null(
            message =
                "is no longer supported: a token's audience is tokens.issuer, or the one of"
                    + " tokens.resources that the client requests")
        @Nullable String audience,
    @NotNull @Size(max = 100, message = "must have at most 100 entries")
        List<
                @NotNull @Size(max = 255, message = "must have at most 255 characters each")
                @Pattern(
                    regexp = "https?://[^\\s/?#@]+(/[^\\s#]*)?",
                    message = "must be absolute URLs without a user or a fragment (RFC 8707)")
                String>
            resources,
    @NotNull String clientId,
    @MinDuration(value = 1, unit = TimeUnit.MINUTES)
        @MaxDuration(value = TokensConfiguration.LONGEST_HOURS, unit = TimeUnit.HOURS)
        Duration accessLifetime) {
  /** From 1 to 65535. */
  private static final String PORT =
      "(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])";

  /** The upper bound of every token's lifetime, whatever the configuration. */
  public static final int LONGEST_HOURS = 1;

  public TokensConfiguration(
      String issuer,
      @Nullable String audience,
      @Nullable List<String> resources,
      @Nullable String clientId,
      @Nullable Duration accessLifetime) {
    this.issuer = issuer;
    this.audience = audience;
    this.resources = resources == null ? List.of() : resources;
    this.clientId = clientId == null ? "warmgate-first-party" : clientId;
    this.accessLifetime = accessLifetime == null ? Duration.minutes(15) : accessLifetime;
  }

  @JsonIgnore
  @ValidationMethod(message = "tokens.resources must not contain tokens.issuer, which is this API")
  public boolean isEachResourceAnother() {
    return issuer == null || !(resources.contains(issuer) || resources.contains(issuer + "/"));
  }

  /**
   * Returns the audience for the resource that the client requests: this API by default.
   *
   * @throws ApiException 400 if no tokens are issued for the resource (RFC 8707 section 2)
   */
  public String audience(@Nullable String resource) {
    if (resource == null || resource.equals(issuer)) {
      return issuer;
    }
    if (!resources.contains(resource)) {
      throw new ApiException(ProblemType.INVALID_TARGET);
    }
    return resource;
  }

  /** Returns the other API that an audience stands for, or {@code null} if it is this one. */
  @Nullable String resource(String audience) {
    return audience.equals(issuer) ? null : audience;
  }
}
