package dev.warmgate.accountpage;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What this deployment lets people do.
 *
 * @param registration whether strangers may create accounts
 * @param mail whether mails are sent, without which no password can be forgotten
 * @param mailSignIn whether owners may sign in by mail
 * @param siteUrl where people come from, if known
 * @param minLength of a new password, in characters
 */
record Offers(
    boolean registration,
    boolean mail,
    boolean mailSignIn,
    @Nullable String siteUrl,
    int minLength) {
  /** Adds links to what can be done in place of signing in. */
  void link(View page, @Nullable String target) {
    String rest =
        target == null ? "" : "?redirect_to=" + URLEncoder.encode(target, StandardCharsets.UTF_8);
    if (mail) {
      page.link("/account/forgot" + rest, "sign-in.forgot");
    }
    if (mailSignIn) {
      page.link("/account/mail-sign-in" + rest, "sign-in.mail");
    }
    if (registration) {
      page.link("/account/register" + rest, "sign-in.register");
    }
  }

  /** Adds a link to where people come from. */
  void linkSite(View page) {
    if (siteUrl != null) {
      page.link(siteUrl, "words.site", URI.create(siteUrl).getHost());
    }
  }
}
