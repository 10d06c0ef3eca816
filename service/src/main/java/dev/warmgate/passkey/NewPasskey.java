package dev.warmgate.passkey;

import java.util.UUID;

/**
 * A passkey that a browser has just made.
 *
 * @param publicKey in the form of COSE
 * @param transports how browsers reach it: names with spaces between them
 * @param backupEligible whether it may be copied to other devices of its owner
 * @param aaguid the model of the authenticator; zeros if it does not tell
 * @param challenge that it was made for
 */
public record NewPasskey(
    byte[] credentialId,
    byte[] publicKey,
    long signCount,
    String transports,
    boolean backupEligible,
    boolean backedUp,
    UUID aaguid,
    byte[] challenge) {}
