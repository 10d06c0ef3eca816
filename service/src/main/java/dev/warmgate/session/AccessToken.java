package dev.warmgate.session;

/**
 * Another access token of a session whose user has proven again who they are; its refresh token
 * stays. {@link #toString} hides it.
 */
public record AccessToken(String accessToken, String tokenType, long expiresIn) {
  @Override
  public String toString() {
    return "AccessToken[…]";
  }
}
