package dev.warmgate.passkey;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where passkeys are valid. Both values have a default that follows from the issuer; a value that
 * no browser would accept stops the start.
 *
 * @param rpId the domain that passkeys belong to; by default the host of the issuer
 * @param origins of sites and apps that use them, besides the issuer
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record PasskeysConfiguration(
    @Nullable
        @Pattern(
            regexp = "localhost|([a-z0-9-]+\\.)+[a-z][a-z0-9-]*",
            message = "must be a domain in lower case such as example.com")
        String rpId,
    @NotNull @Size(max = 100, message = "must have at most 100 entries")
        List<
                @NotNull
                @Pattern(
                    regexp =
                        "https?://[a-z0-9.-]+(:[1-9][0-9]{0,4})?"
                            + "|android:apk-key-hash:[A-Za-z0-9_-]{43}",
                    message =
                        "must be origins such as https://app.example.com, or of Android apps"
                            + " (android:apk-key-hash:…)")
                String>
            origins) {

  public PasskeysConfiguration(@Nullable String rpId, @Nullable List<String> origins) {
    this.rpId = rpId;
    this.origins = origins == null ? List.of() : origins;
  }

  public static PasskeysConfiguration defaults() {
    return new PasskeysConfiguration(null, null);
  }

  /** Whether nobody on the way can change the sites that use passkeys. */
  @JsonIgnore
  public boolean isProtected() {
    return origins.stream().noneMatch(origin -> origin != null && origin.startsWith("http://"));
  }

  /** Whether there is a place where passkeys can be used, if any of this is set. */
  @JsonIgnore
  public boolean isUsable(String issuer) {
    boolean given = rpId != null || !origins.isEmpty();
    return !given || PasskeySite.of(this, issuer).filter(PasskeySite::isConsistent).isPresent();
  }
}
