package dev.warmgate.proof;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the links of mails lead to.
 *
 * @param redirectUrls where their pages may lead to afterwards, besides {@code mail.site_url}:
 *     URLs, or the private schemes of apps (RFC 8252 section 7.1); compared as they are written
 * @param emailLogin whether owners may sign in by mail
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record ProofsConfiguration(
    @NotNull @Size(max = 100, message = "must have at most 100 entries")
        List<
                @NotNull @Size(max = 500, message = "must have at most 500 characters each")
                @Pattern(
                    regexp =
                        "https?://[A-Za-z0-9._:\\[\\]-]+(/[^\\s#\"]*)?|[a-z][a-z0-9-]*(\\.[a-z0-9-]+)+:/[^\\s#\"]*",
                    message =
                        "must be URLs such as https://app.example.com/welcome or"
                            + " com.example.app:/welcome")
                String>
            redirectUrls,
    Boolean emailLogin) {

  public ProofsConfiguration(@Nullable List<String> redirectUrls, @Nullable Boolean emailLogin) {
    this.redirectUrls = redirectUrls == null ? List.of() : redirectUrls;
    this.emailLogin = emailLogin != null && emailLogin;
  }

  /** Whether nobody on the way can change the pages that links lead to. */
  @JsonIgnore
  public boolean isProtected() {
    return redirectUrls.stream().noneMatch(url -> url != null && url.startsWith("http://"));
  }

  public static ProofsConfiguration defaults() {
    return new ProofsConfiguration(null, null);
  }
}
