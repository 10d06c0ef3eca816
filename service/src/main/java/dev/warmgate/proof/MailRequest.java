package dev.warmgate.proof;

import dev.warmgate.account.EmailAddress;
import jakarta.validation.constraints.NotNull;
import org.jspecify.annotations.Nullable;

/**
 * Asks for a mail to the owner of an account.
 *
 * @param redirectTo where the page of the link leads to, or sends its token: one of REDIRECT_URLS
 */
public record MailRequest(@NotNull EmailAddress email, @Nullable String redirectTo) {}
