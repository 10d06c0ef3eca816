package dev.warmgate.session;

/**
 * A session that the statement of another feature opens, once its caller has proven who they are.
 *
 * @param audience of its first access token
 */
public record NewSession(RefreshToken token, LoginDao.Opening opening, String audience) {
  @Override
  public String toString() {
    return "NewSession[" + opening.id() + "]";
  }
}
