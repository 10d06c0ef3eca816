package dev.warmgate.gotrue;

import dev.warmgate.accountpage.ApplicationSignIn;
import dev.warmgate.password.Password;
import dev.warmgate.proof.Proof;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Opens the sessions of links for the page with the button, which hands them to the application.
 */
final class LinkSessions implements ApplicationSignIn {
  private final Verification verification;
  private final Redirects redirects;

  LinkSessions(Verification verification, Redirects redirects) {
    this.verification = verification;
    this.redirects = redirects;
  }

  @Override
  public boolean isFor(Proof proof) {
    return proof.supabase() && Verification.opensSession(proof);
  }

  @Override
  public String url(Proof proof) {
    return redirects.url(proof.redirectTo());
  }

  @Override
  public String signIn(Proof proof, @Nullable Password password, @Nullable String userAgent) {
    SessionAnswer session = verification.open(proof, Verification.Means.LINK, password, userAgent);
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("access_token", session.accessToken());
    values.put("expires_at", session.expiresAt());
    values.put("expires_in", session.expiresIn());
    values.put("refresh_token", session.refreshToken());
    values.put("token_type", session.tokenType());
    values.put("type", type(proof));
    return redirects.withFragment(proof.redirectTo(), values);
  }

  private static String type(Proof proof) {
    return switch (Verification.kind(proof)) {
      case RESET -> "recovery";
      case INVITE -> "invite";
      case SIGN_IN -> "magiclink";
      default -> "signup";
    };
  }
}
