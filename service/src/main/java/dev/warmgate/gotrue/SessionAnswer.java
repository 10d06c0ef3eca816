package dev.warmgate.gotrue;

/**
 * An opened or refreshed session as GoTrue answers it. {@link #toString} hides its tokens.
 *
 * @param expiresAt in seconds since 1970
 */
record SessionAnswer(
    String accessToken,
    String tokenType,
    long expiresIn,
    long expiresAt,
    String refreshToken,
    User user) {
  @Override
  public String toString() {
    return "SessionAnswer[" + user + "]";
  }
}
