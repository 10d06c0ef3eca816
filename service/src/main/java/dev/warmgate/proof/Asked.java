package dev.warmgate.proof;

import java.util.UUID;

/**
 * The answer to those who ask for a mail; it is the same whether or not one is sent.
 *
 * @param requestId to be sent together with the code of the mail
 */
public record Asked(UUID requestId) {}
