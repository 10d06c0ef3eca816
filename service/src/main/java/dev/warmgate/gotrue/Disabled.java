package dev.warmgate.gotrue;

/** What GoTrue can and this service does not, with the error with which GoTrue says so. */
enum Disabled {
  ANONYMOUS(422, "anonymous_provider_disabled", "Anonymous sign-ins are disabled"),
  PHONE(422, "phone_provider_disabled", "Phone logins are disabled"),
  PROVIDER(400, "provider_disabled", "Unsupported provider: provider is not enabled"),
  WEB3(422, "web3_provider_disabled", "Web3 provider is disabled"),
  SAML(404, "saml_provider_disabled", "SAML 2.0 is disabled"),
  LINKING(404, "manual_linking_disabled", "Manual linking is disabled"),
  FACTORS(422, "mfa_totp_enroll_not_enabled", "MFA enroll is disabled for TOTP"),
  FACTOR_CHECKS(422, "mfa_totp_verify_not_enabled", "MFA verification is disabled for TOTP"),
  PASSKEYS(404, "passkey_disabled", "Passkeys are disabled"),
  OAUTH_SERVER(404, "feature_disabled", "OAuth server is disabled"),
  FEATURE(404, "feature_disabled", "This feature is disabled");

  private final int status;
  private final String code;
  private final String message;

  Disabled(int status, String code, String message) {
    this.status = status;
    this.code = code;
    this.message = message;
  }

  GoTrueException refusal() {
    return new GoTrueException(status, code, message);
  }
}
