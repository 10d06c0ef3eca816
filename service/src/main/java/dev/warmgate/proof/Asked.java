package dev.warmgate.proof;

import java.util.UUID;

/**
 * The answer to a request for a mail, whether or not one is sent.
 *
 * @param requestId to be sent together with the code of the mail
 */
public record Asked(UUID requestId) {}
