package dev.warmgate.gotrue;

import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What GoTrue can and this service does not: where it is, and the error with which GoTrue says that
 * it is turned off.
 */
enum Disabled {
  ANONYMOUS(422, "anonymous_provider_disabled", "Anonymous sign-ins are disabled"),
  PHONE(422, "phone_provider_disabled", "Phone logins are disabled"),
  PROVIDER(
      400,
      "provider_disabled",
      "Unsupported provider: provider is not enabled",
      "(authorize|callback)(/.*)?"),
  WEB3(422, "web3_provider_disabled", "Web3 provider is disabled"),
  SAML(404, "saml_provider_disabled", "SAML 2.0 is disabled", "(sso|admin/sso)(/.*)?"),
  LINKING(404, "manual_linking_disabled", "Manual linking is disabled", "user/identities(/.*)?"),
  RECOVERY_CODES(
      404,
      "feature_disabled",
      "Recovery codes are made with the first factor",
      "factors/recovery-codes(/.*)?"),
  FACTOR(404, "mfa_factor_not_found", "Factor not found", "(admin/users/[^/]+/)?factors/.+"),
  PASSKEYS(404, "passkey_disabled", "Passkeys are disabled", "(admin/users/[^/]+/)?passkeys(/.*)?"),
  OAUTH_SERVER(
      404,
      "feature_disabled",
      "OAuth server is disabled",
      "(oauth|user/oauth|admin/oauth)(/.*)?"
          + "|[.]well-known/(openid-configuration|oauth-authorization-server)(/.*)?"),
  FEATURE(
      404,
      "feature_disabled",
      "This feature is disabled",
      "(scim|admin/scim|admin/audit|admin/custom-providers)(/.*)?");

  private final int status;
  private final String code;
  private final String message;
  private final @Nullable Pattern paths;

  Disabled(int status, String code, String message) {
    this(status, code, message, null);
  }

  /**
   * @param paths below that of the API; {@code null} if it shares the endpoints of what there is
   */
  Disabled(int status, String code, String message, @Nullable String paths) {
    this.status = status;
    this.code = code;
    this.message = message;
    this.paths = paths == null ? null : Pattern.compile(paths);
  }

  /** Returns what GoTrue has at a path below that of the API. */
  static Optional<Disabled> at(String path) {
    return Stream.of(values())
        .filter(one -> one.paths != null && one.paths.matcher(path).matches())
        .findFirst();
  }

  GoTrueException refusal() {
    return new GoTrueException(status, code, message);
  }
}
