package dev.warmgate.proof;

import org.jspecify.annotations.Nullable;

/**
 * What the link of a mail leads to.
 *
 * @param redirectTo where its page leads to afterwards, or sends its token: one of REDIRECT_URLS
 * @param supabase whether the mail was asked for in the Supabase form of the API: then the link
 *     opens a session of that form
 * @param codeChallenge of the client that asked (RFC 7636), after its method and a colon: then only
 *     that client can open the session by the link
 */
public record LinkTarget(
    @Nullable String redirectTo, boolean supabase, @Nullable String codeChallenge) {
  /** Returns the target of a mail that was asked for in our own form. */
  public static LinkTarget page(@Nullable String redirectTo) {
    return new LinkTarget(redirectTo, false, null);
  }

  public static LinkTarget supabase(@Nullable String redirectTo, @Nullable String codeChallenge) {
    return new LinkTarget(redirectTo, true, codeChallenge);
  }
}
