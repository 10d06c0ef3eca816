/**
 * How Warmgate says no: every error it answers is an RFC 9457 problem made here. Depends on no
 * other package of Warmgate; services throw {@code ApiException}, nobody else builds an error body.
 */
package dev.warmgate.problem;
