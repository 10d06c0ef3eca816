package dev.warmgate.accountpage;

import dev.warmgate.password.Password;
import dev.warmgate.proof.Proof;
import org.jspecify.annotations.Nullable;

/** Signs people in to the application that has asked for a mail, once they press its button. */
public interface ApplicationSignIn {
  /** Returns whether the link of that mail signs in to an application, and not to these pages. */
  boolean isFor(Proof proof);

  /** Returns where the application is. */
  String url(Proof proof);

  /**
   * Opens a session of the application.
   *
   * @param password of a new account
   * @return where to go: a URL with the tokens in its fragment
   * @throws dev.warmgate.problem.ApiException 403 if the proof is not good any more, 422 if the
   *     password is not acceptable
   */
  String signIn(Proof proof, @Nullable Password password, @Nullable String userAgent);
}
