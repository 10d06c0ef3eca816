package dev.warmgate.session;

import dev.warmgate.token.Amr;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A session that the statement of another feature opens, once its caller has proven who they are.
 *
 * @param mfaToken what its client gets instead if a second factor is needed
 */
public record NewSession(RefreshToken token, LoginDao.Opening opening, String mfaToken) {
  /** Returns the same, for a user who proves who they are in another way. */
  public NewSession by(String method) {
    return with(opening.aal(), new Amr(opening.methods()).by(method).text(), null);
  }

  /** Returns the same, by a known device. */
  NewSession from(@Nullable UUID device) {
    LoginDao.Opening known =
        opening.with(opening.aal(), opening.methods(), opening.authenticatedAt(), device);
    return new NewSession(token, known, mfaToken);
  }

  NewSession with(int aal, String methods, @Nullable Instant authenticatedAt) {
    LoginDao.Opening proven = opening.with(aal, methods, authenticatedAt, opening.deviceId());
    return new NewSession(token, proven, mfaToken);
  }

  @Override
  public String toString() {
    return "NewSession[" + opening.id() + "]";
  }
}
