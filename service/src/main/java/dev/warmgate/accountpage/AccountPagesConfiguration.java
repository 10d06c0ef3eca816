package dev.warmgate.accountpage;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import jakarta.validation.constraints.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The pages under {@code /account}.
 *
 * @param enabled without them, the links of mails lead to pages of the site's own
 * @param name what the pages call the service
 * @param color of their buttons
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record AccountPagesConfiguration(
    Boolean enabled,
    @Pattern(regexp = "[^\\p{Cntrl}]{1,60}", message = "must have 1 to 60 characters") String name,
    @Pattern(regexp = "#[0-9A-Fa-f]{6}", message = "must be a colour such as #1d5fbf") String color,
    @Nullable Logo logo) {

  public AccountPagesConfiguration(
      @Nullable Boolean enabled,
      @Nullable String name,
      @Nullable String color,
      @Nullable Logo logo) {
    this.enabled = enabled == null || enabled;
    this.name = name == null ? "Warmgate" : name;
    this.color = color == null ? "#1d5fbf" : color;
    this.logo = logo;
  }

  public static AccountPagesConfiguration defaults() {
    return new AccountPagesConfiguration(null, null, null, null);
  }
}
