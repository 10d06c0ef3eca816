/**
 * Proofs of addresses: what can be done with the link or the code of a mail, once. Other features
 * ask for one in the statement that queues its mail, and use it in the statement that it permits.
 */
package dev.warmgate.proof;
